using System.Diagnostics;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>
/// Who uses the cluster while it is hurt. For each node: a member that breaks off at random and gives up on a silent node, one that is patient, one over the SDK that also publishes, a
/// publisher that gives up on a silent node and one that is patient. All are members of all rooms, so whoever is slow to learn of a message is seen.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    /// <summary>Rooms that keep history. Their rate is such that the default history of 1,000 messages reaches back for about a minute.</summary>
    public const int DurableCount = 6;

    private const int EphemeralCount = 2;

    // A node that is paused for this long is given up by those who are not patient; the patient stay over any pause of a schedule.
    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _noMore = new();
    private readonly CancellationTokenSource _calm = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<WireMember> _wireMembers = [];
    private readonly List<SdkMember> _sdkMembers = [];
    private readonly List<WirePublisher> _publishers = [];
    private readonly IReadOnlyList<NodeSlot> _slots;
    private readonly int _seed;
    private Task _publishing = Task.CompletedTask;
    private Task _running = Task.CompletedTask;
    private Task _breaking = Task.CompletedTask;
    private PauseWindow? _pause;

    public Workload(RoomOracle oracle, IReadOnlyList<NodeSlot> slots, int seed)
    {
        Oracle = oracle;
        _slots = slots;
        _seed = seed;
        DurableRooms = [.. Enumerable.Range(0, DurableCount).Select(i => $"chat:f{seed}-{i}")];
        Rooms = [.. DurableRooms, .. Enumerable.Range(0, EphemeralCount).Select(i => $"live:f{seed}-{i}")];
        foreach (var slot in slots)
        {
            var home = slot.Index;
            _wireMembers.Add(new WireMember($"rover{home}", Rooms, oracle, slots, home, Impatient, seed + home));
            _wireMembers.Add(new WireMember($"stayer{home}", Rooms, oracle, slots, home, Patient, seed + home));
            _sdkMembers.Add(new SdkMember($"sdk{home}", Rooms, oracle, slots, home, Pace));
            _publishers.Add(new WirePublisher($"quick{home}", Rooms, oracle, slots, home, Impatient, Pace, seed + home, OnAnswer));
            _publishers.Add(new WirePublisher($"firm{home}", Rooms, oracle, slots, home, Patient, Pace, seed + home, OnAnswer));
        }
    }

    public RoomOracle Oracle { get; }

    public IReadOnlyList<string> Rooms { get; }

    public IReadOnlyList<string> DurableRooms { get; }

    public IEnumerable<FaultMember> Members => [.. _wireMembers, .. _sdkMembers];

    public static bool IsDurable(string room) => room.StartsWith("chat:", StringComparison.Ordinal);

    private IEnumerable<Arrival> Arrivals => Members.SelectMany(static member => member.Arrivals);

    /// <summary>Starts everybody and waits until all have got something.</summary>
    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll([.. Members.Select(member => member.RunAsync(_stop.Token)), .. _publishers.Select(publisher => publisher.RunAsync(_stop.Token))]);

        // Whoever joins before the first message has an offset to compare with; not needed by the oracle, but then all see the same.
        var joined = await Polling.TryUntilAsync(() => Arrivals.All(static arrival => arrival.View.IsJoined), cancellationToken);
        _publishing = Task.WhenAll([
            .. _publishers.Select(publisher => publisher.PublishAsync(_noMore.Token, _stop.Token)),
            .. _sdkMembers.Select(member => member.PublishAsync(_noMore.Token, _stop.Token))]);
        _breaking = BreakAsync();
        return joined && await SettleAsync(cancellationToken);
    }

    /// <summary>Waits until every member has got a message of every room that was published from now on.</summary>
    /// <returns>False, and the oracle knows, when somebody does not.</returns>
    public async Task<bool> SettleAsync(CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        if (await Polling.TryUntilAsync(() => Arrivals.All(arrival => arrival.Newest > now), cancellationToken))
            return true;
        foreach (var late in Arrivals.Where(arrival => arrival.Newest <= now).GroupBy(static arrival => arrival.View.Room))
        {
            var members = string.Join(", ", late.Select(static arrival => $"{arrival.View.Member} {(arrival.View.IsJoined ? $"at {arrival.View.Epoch}/{arrival.View.Position}" : "not joined")}"));
            Oracle.Say(new Violation(ViolationKind.Stalled, "members", late.Key, $"nothing new for {Polling.Patience.TotalSeconds} s: {members}; waiting for an answer: {Waiting(late.Key)}"));
        }

        return false;
    }

    /// <summary>Those whose connection is to a node, or whose room it owns, from now on wait for their first new message.</summary>
    /// <returns>Which these are, known when the fault is over: <paramref name="mark"/>.</returns>
    public IReadOnlyList<Arrival> Mark(NodeSlot slot, IReadOnlySet<string> rooms, long mark)
    {
        var affected = new List<Arrival>();
        foreach (var member in Members)
        {
            var isThere = member is WireMember wire && wire.Slot == slot;
            foreach (var arrival in member.Arrivals)
            {
                arrival.Mark(mark);
                if (isThere || rooms.Contains(arrival.View.Room))
                    affected.Add(arrival);
            }
        }

        return affected;
    }

    /// <summary>Of the members over the SDK, those that lost their connection since a moment.</summary>
    public IEnumerable<Arrival> BrokenSince(long mark) => _sdkMembers.Where(member => member.HasBrokenSince(mark)).SelectMany(static member => member.Arrivals);

    /// <summary>The strict clients come back to the nodes they are meant for, so that each node has its own.</summary>
    public void GoHome()
    {
        foreach (var member in _wireMembers)
            member.GoHome();
        foreach (var publisher in _publishers)
            publisher.GoHome();
    }

    /// <summary>From now on counts what a paused node answers when it wakes up.</summary>
    public PauseWindow Watch(NodeSlot slot)
    {
        var window = new PauseWindow(slot);
        Volatile.Write(ref _pause, window);
        return window;
    }

    /// <summary>Nobody breaks off or publishes any more; everything under way comes to its end, everybody to the newest message, and one who joins late reads what is kept.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _calm.CancelAsync();
        await _breaking;
        await _noMore.CancelAsync();
        if (!await Polling.TryUntilAsync(() => _publishing.IsCompleted, cancellationToken))
        {
            foreach (var room in Rooms.Where(room => Waiting(room).Length > 0))
                Oracle.Say(new Violation(ViolationKind.Stalled, "publishers", room, $"never answered: {Waiting(room)}"));
        }

        var late = new WireMember("late", DurableRooms, Oracle, _slots, 0, Patient, _seed, tail: 1000);
        var reading = late.RunAsync(_stop.Token);
        var heads = Oracle.Heads();
        await Polling.TryUntilAsync(
            () => Arrivals.Concat(late.Arrivals).All(arrival => !heads.TryGetValue(arrival.View.Room, out var head) || (arrival.View.IsJoined && arrival.View.Position >= head)), cancellationToken);
        Oracle.CheckEnd();
        await _stop.CancelAsync();
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in (CancellationTokenSource[])[_calm, _noMore, _stop])
            await source.CancelAsync();
        await Task.WhenAll(_breaking, _publishing, _running);
        foreach (var member in _sdkMembers)
            await member.DisposeAsync();
    }

    private string Waiting(string room) => string.Join(", ", _publishers.Select(publisher => publisher.UnderWay.GetValueOrDefault(room))
        .Concat(_sdkMembers.Select(member => member.UnderWay.GetValueOrDefault(room))).OfType<string>());

    // Every second or so one of the members that rove loses its network.
    private async Task BreakAsync()
    {
        var random = new Random(_seed);
        var rovers = _wireMembers.Where(static member => member.Name.StartsWith("rover", StringComparison.Ordinal)).ToArray();
        while (!_calm.IsCancellationRequested)
        {
            await Task.Delay(random.Next(500, 2500), _calm.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            rovers[random.Next(rovers.Length)].Break();
        }
    }

    private void OnAnswer(WireConnection connection, long sentAt, PublishAnswer answer) => Volatile.Read(ref _pause)?.Take(connection, sentAt, answer);
}
