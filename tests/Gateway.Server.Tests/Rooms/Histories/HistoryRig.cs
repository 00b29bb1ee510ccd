using System.Collections.Concurrent;
using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms.Histories;

/// <summary>The rooms of a node with running lanes over a history of the test's choice; the clock moves when the test says so.</summary>
internal sealed class HistoryRig : IDisposable
{
    public const int LaneCount = 2;
    private readonly LaneSet _lanes;

    public HistoryRig(RoomsOptions options, Func<Lane, RoomsOptions, IHistory> history, IRelay? relay = null)
    {
        Options = options;
        _lanes = new LaneSet(LaneCount, index => new Lane(index, Time, new EventPoller(), 100_000, Faults.Add));
        var errors = new List<string>();
        var kinds = RoomKinds.Create(options, errors) ?? throw new InvalidOperationException(string.Join(' ', errors));
        Rooms = new RoomSet(_lanes, kinds, options, lane => history(lane, options), relay ?? new LoopbackRelay(), Time, 1024 * 1024);
        _lanes.Start();
    }

    public RoomsOptions Options { get; }

    public ManualTime Time { get; } = new();

    public RoomSet Rooms { get; }

    public ConcurrentBag<Exception> Faults { get; } = [];

    public async Task<PublishResult> PublishAsync(string room, byte[] payload, string? key = null) => await Rooms.PublishAsync(room, "e", Value(payload), new(key, Sender: "ada"));

    public Task<PublishResult> PublishAsync(string room, string text, string? key = null) => PublishAsync(room, Encoding.UTF8.GetBytes(text), key);

    /// <summary>A page, whose messages the caller gives back; null: unavailable.</summary>
    public async Task<HistoryPage?> ReadAsync(string room, long after = 0, int maxCount = 1000, int maxBytes = int.MaxValue)
    {
        var reader = new Reader();
        Rooms.DirectoryOf(room).Send(RoomDirectory.ReadCode, new NamedRead(room, Rooms.Kinds.Of(room)!, new HistoryRead(reader, null, after, maxCount, maxBytes)));
        return await reader.Page;
    }

    /// <summary>All that is kept, page by page.</summary>
    public async Task<List<(long Offset, byte[] Payload)>> ReadAllAsync(string room)
    {
        var all = new List<(long, byte[])>();
        for (var after = 0L; ;)
        {
            var page = await ReadAsync(room, after, maxCount: 300) ?? throw new InvalidOperationException("The history does not answer.");
            all.AddRange(page.Messages.Select(static message => (message.Offset, message.Payload.ToArray())));
            page.Release();
            if (page.Messages.Count == 0)
                return all;
            after = all[^1].Item1;
        }
    }

    public async Task<RecordingMember> JoinAsync(string room)
    {
        var member = new RecordingMember();
        var lane = _lanes[0];
        var request = new JoinRequest(null, 0, 0, WantsPresence: false, IsObserver: true, "m");
        lane.Post(new Work(() => Rooms.LocalsOf(lane).GetOrAdd(room, Rooms.Kinds.Of(room)!).Join(member, request, 1)), 0);
        await member.Joined;
        return member;
    }

    /// <summary>Has every lane turn once, so that deadlines of the moved clock are met.</summary>
    public async Task TurnAsync()
    {
        for (var i = 0; i < _lanes.Count; i++)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _lanes[i].Post(new Work(done.SetResult), 0);
            await done.Task;
        }
    }

    public void Dispose() => _lanes.Dispose();

    /// <summary>A MessagePack bin.</summary>
    public static byte[] Value(byte[] payload)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteBinary(payload);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private sealed class Reader : IHistoryReader
    {
        private readonly TaskCompletionSource<HistoryPage?> _page = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<HistoryPage?> Page => _page.Task;

        public void OnHistoryRead(HistoryRead read) => _page.SetResult(read.Page);
    }

    private sealed class Work(Action action) : ILaneWork
    {
        public void Execute(int code, object? argument, long number) => action();
    }
}
