using System.Collections.Concurrent;
using System.Text;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms.Histories;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>Publishers and members of a few rooms over a Redis that is being hurt, and the oracle. Each publisher repeats what was not acknowledged under the same key, as an SDK does.</summary>
internal sealed class FaultLoad : IDisposable
{
    private const int PublishersPerRoom = 4;
    private static readonly string[] AnyRooms = ["chat:a", "chat:b", "chat:c"];
    private readonly IReadOnlyList<string> _rooms;
    private readonly HistoryRig _rig;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<(string Room, long Epoch, long Offset, string Text)> _acked = [];
    private readonly Dictionary<string, RecordingMember> _members = [];
    private readonly SemaphoreSlim _ackedSignal = new(0);
    private readonly Dictionary<string, SemaphoreSlim> _ackedInRoom;
    private readonly SemaphoreSlim _unavailableSignal = new(0);
    private Task[] _publishers = [];
    private int _unavailable;

    public FaultLoad(TestRedis redis, IReadOnlyList<string>? rooms = null)
    {
        _rooms = rooms ?? AnyRooms;
        _ackedInRoom = _rooms.ToDictionary(static room => room, static _ => new SemaphoreSlim(0), StringComparer.Ordinal);
        _rig = new HistoryRig(Kinds(), redis.History);
    }

    public string Summary => $"{_acked.Count} acknowledged, {_unavailable} answers 'unavailable', {LostCount} acknowledged and lost, of which members were told";

    /// <summary>After <see cref="CheckAsync"/>: acknowledged, and not in the history on which a new epoch went on.</summary>
    public int LostCount { get; private set; }

    public static RoomsOptions Kinds()
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions
        {
            Join = "anyone",
            Publish = "anyone",
            Presence = "anyone",
            MaxHistoryCount = 100_000,
            MaxHistoryBytes = 100_000_000,
            IdempotencyWindow = TimeSpan.FromHours(1),
        };
        options.MaxIdempotencyKeys = 100_000;
        return options;
    }

    public async Task StartAsync()
    {
        foreach (var room in _rooms)
            _members[room] = await _rig.JoinAsync(room);
        _publishers = [.. _rooms.SelectMany(room => Enumerable.Range(0, PublishersPerRoom).Select(i => PublishAsync(room, i)))];
    }

    /// <summary>Waits until so many more have been acknowledged.</summary>
    public Task AckedAsync(int count) => WaitAsync(_ackedSignal, count);

    /// <summary>Waits until so many more of a room have been acknowledged.</summary>
    public Task AckedAsync(string room, int count) => WaitAsync(_ackedInRoom[room], count);

    /// <summary>What has been acknowledged so far counts no more for the waiting.</summary>
    public void ForgetAcked()
    {
        foreach (var signal in _ackedInRoom.Values.Append(_ackedSignal))
        {
            while (signal.Wait(0, CancellationToken.None))
            {
            }
        }
    }

    /// <summary>Waits until so many more have been told that it is not known.</summary>
    public Task UnavailableAsync(int count) => WaitAsync(_unavailableSignal, count);

    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_publishers);

        // A last message to each room, after which everything before must have reached its member.
        foreach (var room in _rooms)
            await PublishOneAsync(room, "the end");
        await _rig.TurnAsync();
        await _rig.TurnAsync();
    }

    /// <summary>Acknowledged messages are where their acknowledgement says, once; members saw the history.</summary>
    public async Task CheckAsync()
    {
        Assert.Empty(_rig.Faults.Select(static fault => fault.ToString()));
        foreach (var room in _rooms)
        {
            var (epoch, stored) = await StoredAsync(room);
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(static i => (long)i), stored.Select(static message => message.Offset));
            var texts = stored.Select(static message => Text(message.Payload)).ToArray();
            Assert.Equal(texts.Length, texts.Distinct(StringComparer.Ordinal).Count());
            var member = _members[room];
            Assert.Empty(member.Lost);
            var received = member.Received.ToArray();
            foreach (var seen in received.GroupBy(static message => message.Epoch))
                Assert.Equal(Enumerable.Range(1, seen.Count()).Select(i => i + KeptBy(member, seen.Key)), seen.Select(static message => message.Offset));
            var last = received.Where(message => message.Epoch == epoch).ToArray();
            Assert.Equal(stored.Skip((int)KeptBy(member, epoch)).Select(static message => message.Offset), last.Select(static message => message.Offset));
            Assert.Equal(texts.Skip((int)KeptBy(member, epoch)), last.Select(static message => Text(message.Payload)));
            foreach (var ack in _acked.Where(ack => ack.Room == room))
            {
                // A copy of what an earlier epoch stored is acknowledged under the new one, with the offset that both share.
                Assert.Contains(received, message => message.Offset == ack.Offset && Text(message.Payload) == ack.Text && (message.Epoch == ack.Epoch || ack.Offset <= KeptBy(member, ack.Epoch)));
                if (ack.Offset > KeptAfter(member, ack.Epoch))
                    LostCount++;
                else
                    Assert.Equal(ack.Text, texts[(int)ack.Offset - 1]);
            }
        }
    }

    public void ExpectOneEpoch()
    {
        Assert.All(_members.Values, static member => Assert.Empty(member.Epochs));
        Assert.Equal(_rooms.Count, _acked.Select(static ack => (ack.Room, ack.Epoch)).Distinct().Count());
    }

    public void ExpectNewEpoch()
    {
        Assert.All(_members.Values, static member => Assert.False(Assert.Single(member.Epochs).Recovered));
        foreach (var room in _rooms)
            Assert.Equal(2, _acked.Where(ack => ack.Room == room).Select(static ack => ack.Epoch).Distinct().Count());
    }

    public void ExpectAllAccepted() => Assert.Equal(0, _unavailable);

    public void Dispose()
    {
        _rig.Dispose();
        _stop.Dispose();
        _ackedSignal.Dispose();
        foreach (var signal in _ackedInRoom.Values)
            signal.Dispose();
        _unavailableSignal.Dispose();
    }

    private static async Task WaitAsync(SemaphoreSlim signal, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True(await signal.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "Nothing more is answered.");
    }

    // What is healing may still say now and then that it is not there.
    private async Task<(long Epoch, List<(long Offset, byte[] Payload)> Messages)> StoredAsync(string room)
    {
        var all = new List<(long, byte[])>();
        for (var after = 0L; ;)
        {
            if (await _rig.ReadAsync(room, after, maxCount: 300) is not { } page)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            all.AddRange(page.Messages.Select(static message => (message.Offset, message.Payload.ToArray())));
            page.Release();
            if (page.Messages.Count == 0)
                return (page.Epoch, all);
            after = all[^1].Item1;
        }
    }

    // Up to where an epoch that members were moved to has what was there before it.
    private static long KeptBy(RecordingMember member, long epoch) => member.Epochs.FirstOrDefault(change => change.Epoch == epoch).Offset;

    // Up to where all later epochs have what was stored under this one.
    private static long KeptAfter(RecordingMember member, long epoch) =>
        member.Epochs.Where(change => change.Epoch > epoch).Select(static change => change.Offset).DefaultIfEmpty(long.MaxValue).Min();

    // MessagePack bin with a header of one byte and one of length: texts are short.
    private static string Text(byte[] payload) => Encoding.UTF8.GetString(payload.AsSpan(2));

    private async Task PublishAsync(string room, int publisher)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
            await PublishOneAsync(room, $"{room} {publisher}/{i}");
    }

    private async Task PublishOneAsync(string room, string text)
    {
        while (true)
        {
            var result = await _rig.PublishAsync(room, text, text);
            if (result.IsAccepted)
            {
                _acked.Add((room, result.Epoch, result.Offset, text));
                _ackedSignal.Release();
                _ackedInRoom[room].Release();
                return;
            }

            Assert.Equal(PublishStatus.Unavailable, result.Status);
            Interlocked.Increment(ref _unavailable);
            _unavailableSignal.Release();
        }
    }
}
