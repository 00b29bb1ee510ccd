using Gateway.Server.Cluster;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Cluster.Tests.Simulation;

/// <summary>
/// Nodes, a bus and a store in one thread under a clock of its own, with faults. The same seed makes the same world. After every step it checks that no shard has two nodes that believe in it,
/// and that no write under an old epoch is taken.
/// </summary>
internal sealed class SimWorld
{
    private const int StepMilliseconds = 25;

    private readonly ManualTime _time = new();
    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly long[] _granted = new long[ILeases.ShardCount];
    private readonly long[] _written = new long[ILeases.ShardCount];
    private long _number;
    private int _incarnation;

    public SimWorld(int seed, ClusterOptions? options = null)
    {
        // Answers of the store go on at once, on this thread.
        SynchronizationContext.SetSynchronizationContext(null);
        Random = new Random(seed);
        Options = options ?? new ClusterOptions();
        Leases = new InMemoryLeases(_time);
    }

    public Random Random { get; }

    public ClusterOptions Options { get; }

    public InMemoryLeases Leases { get; }

    public List<SimNode> Nodes { get; } = [];

    public Dictionary<LossCause, int> Losses { get; } = [];

    public long Now => _time.GetTimestamp();

    public bool IsStoreAway { get; set; }

    public bool IsBusAway { get; set; }

    /// <summary>Of messages: lost, and doubled.</summary>
    public double BusFaults { get; set; }

    /// <summary>Of calls to the store, each way: slow ones, and those that never come back.</summary>
    public double StoreFaults { get; set; }

    /// <summary>Of shards that are to be handed over: those whose rooms never say that they have finished.</summary>
    public double RoomFaults { get; set; }

    public int BusDelay { get; set; } = 2;

    public long StaleWritesRefused { get; private set; }

    public SimNode Start(string name)
    {
        // Clocks up to 4 % wrong: two of them are at most 8 % apart, the margin of a lease covers 10.
        var node = new SimNode(this, new NodeId(name, ++_incarnation), 0.96 + (0.08 * Random.NextDouble()));
        Nodes.Add(node);
        return node;
    }

    public SimNode[] StartJoined(params string[] names)
    {
        var nodes = Array.ConvertAll(names, Start);
        RunUntil(IsSettled, 20_000);
        return nodes;
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public long StoreDelay() => Chance(StoreFaults) ? Random.Next(0, 3000) : Random.Next(0, 8);

    public void After(long milliseconds, Action action) => _events.Enqueue(action, (Now + milliseconds, _number++));

    public void Carry(SimNode from, Beat beat)
    {
        Assert.True(BeatCodec.TryDecode(BeatCodec.Encode(beat), out var decoded));
        foreach (var to in Nodes)
        {
            for (var copies = Chance(BusFaults) ? 2 : 1; copies > 0; copies--)
            {
                if (!Chance(BusFaults))
                    After(Random.Next(0, BusDelay + 1), () => Deliver(from, to, decoded!));
            }
        }
    }

    public void Acquired(SimNode node, ShardLease lease)
    {
        Assert.True(lease.Epoch > _granted[lease.Shard], $"{node.Id} got {lease}, but epoch {_granted[lease.Shard]} was granted before.");
        _granted[lease.Shard] = lease.Epoch;
    }

    public void Run(long milliseconds)
    {
        for (var end = Now + milliseconds; Now < end;)
            Step();
    }

    /// <returns>How long it took.</returns>
    public long RunUntil(Func<bool> condition, long atMostMilliseconds)
    {
        var start = Now;
        while (!condition())
        {
            Assert.True(Now - start < atMostMilliseconds, $"It did not come about within {atMostMilliseconds} ms.{Environment.NewLine}{this}");
            Step();
        }

        return Now - start;
    }

    /// <summary>Every shard is served by the node that the ring gives it to, and all maps say so.</summary>
    public bool IsSettled()
    {
        var living = Nodes.Where(node => !node.IsDead && node.Member.Membership.State == MemberState.Alive && node.Member.Membership.Refusal is null).ToArray();
        var ring = new HashRing(living.Select(node => node.Id.Name), Options.VirtualNodes, Options.LoadBound);
        return living.Length > 0
            && living.All(node => node.Member.Ring.Fingerprint == ring.Fingerprint)
            && living.Sum(node => node.Served.Count()) == ILeases.ShardCount
            && living.All(node => node.Served.All(lease => ring.OwnerOf(lease.Shard) == node.Id.Name))
            && living.All(node => Enumerable.Range(0, ILeases.ShardCount).All(shard => node.Member.Map[shard].Owner?.Name == ring.OwnerOf(shard)));
    }

    /// <summary>A write under a lease, as the store takes it: only with the largest epoch.</summary>
    public void Write(ShardLease lease)
    {
        var isTaken = lease.Epoch == Read(lease.Shard).Epoch;
        if (!isTaken)
        {
            StaleWritesRefused++;
            return;
        }

        Assert.True(lease.Epoch >= _written[lease.Shard], $"A write of {lease} was taken after one of epoch {_written[lease.Shard]}.");
        _written[lease.Shard] = lease.Epoch;
    }

    public LeaseAnswer Read(int shard) => Leases.ReadAsync(shard, default).AsTask().Result;

    public override string ToString() => string.Join(Environment.NewLine, Nodes.Select(node =>
        $"{node.Id} dead {node.IsDead} paused {node.IsPaused} group {node.Group} {node.Member.Membership.State} isolated {node.Member.Membership.IsIsolated} serves {node.Served.Count()} holds {node.Member.Ownership.HeldCount} ring [{string.Join(' ', node.Member.Ring.Nodes.ToArray())}] {node.Member.Membership.Refusal}"));

    private void Deliver(SimNode from, SimNode to, Beat beat)
    {
        if (!IsBusAway && from.Group >= 0 && from.Group == to.Group)
            to.Run(() => to.Member.Membership.Receive(beat));
    }

    private void Step()
    {
        for (var end = Now + StepMilliseconds; ;)
        {
            var hasNext = _events.TryPeek(out _, out var next) && next.At <= end;
            _time.Advance(Math.Max(0, (hasNext ? next.At : end) - Now));
            if (!hasNext)
                break;
            _events.Dequeue()();
        }

        foreach (var node in Nodes)
        {
            if (!node.IsPaused)
                node.Tick();
        }

        Check();
    }

    private void Check()
    {
        var believers = new SimNode?[ILeases.ShardCount];
        foreach (var node in Nodes)
        {
            foreach (var lease in node.Believed)
            {
                Assert.True(believers[lease.Shard] is null, $"Both {believers[lease.Shard]?.Id} and {node.Id} believe that they own {lease}.");
                believers[lease.Shard] = node;
                // Whoever believes is right: its epoch is the largest, so the store takes what it writes.
                Assert.Equal(_granted[lease.Shard], lease.Epoch);
                if (!node.IsPaused && Chance(0.02))
                    Write(lease);
            }
        }
    }
}
