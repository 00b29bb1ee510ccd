using Gateway.Server.Cluster;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Cluster.Tests.Simulation;

/// <summary>One life of a node: its own clock that goes a little wrong, a loop that may be paused, rooms that take their time, and a check that they are told in order.</summary>
internal sealed class SimNode : INodeBus, IShardRooms, IOwnershipObserver
{
    private readonly SimWorld _world;
    private readonly ManualTime _time = new();
    private readonly double _rate;
    private readonly long _startedAt;
    private readonly Queue<Action> _turns = new();
    private readonly List<Action> _waiting = [];
    private readonly ShardLease?[] _leases = new ShardLease?[ILeases.ShardCount];
    private readonly bool[] _isLosing = new bool[ILeases.ShardCount];
    private bool _isRunning;

    public SimNode(SimWorld world, NodeId id, double rate)
    {
        _world = world;
        _rate = rate;
        _startedAt = world.Now;
        Store = new SimStore(world, this);
        Member = new ClusterMember(id, world.Options, this, Store, this, this, _time, world.Random, _turns.Enqueue);
    }

    public ClusterMember Member { get; }

    public NodeId Id => Member.Self;

    public SimStore Store { get; }

    public bool IsPaused { get; private set; }

    public bool IsDead { get; set; }

    public bool IsStoreCut { get; set; }

    /// <summary>How much later than others it gets the answers of the store.</summary>
    public int AnswerDelay { get; set; }

    /// <summary>Nodes of different groups do not hear each other; a negative group hears nobody, itself not either.</summary>
    public int Group { get; set; }

    /// <summary>What passed the check "is this still mine" just before the node was paused.</summary>
    public List<ShardLease> UnderWay { get; } = [];

    /// <summary>What this node believes at this moment of true time, also while it is paused (its clock goes on).</summary>
    public IEnumerable<ShardLease> Believed => IsDead ? [] : _leases.OfType<ShardLease>().Where(lease => lease.IsInForce(LocalNow));

    /// <summary>What it accepts publishes for.</summary>
    public IEnumerable<ShardLease> Served => Believed.Where(lease => !_isLosing[lease.Shard]);

    private long LocalNow => (long)((_world.Now - _startedAt) * _rate);

    public void Tick() => Run(() => Member.Tick());

    public void Pause()
    {
        IsPaused = true;
        UnderWay.AddRange(Believed);
    }

    public void Resume()
    {
        IsPaused = false;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        _world.Random.Shuffle(waiting);
        foreach (var action in waiting)
            Run(action);
    }

    /// <summary>Does something on the node's loop, when it is not paused, and whatever that leads to.</summary>
    public void Run(Action action)
    {
        if (IsDead)
            return;
        if (IsPaused)
        {
            _waiting.Add(action);
            return;
        }

        _time.Advance(LocalNow - _time.GetTimestamp());
        _turns.Enqueue(action);
        if (_isRunning)
            return;
        _isRunning = true;
        while (_turns.TryDequeue(out var turn))
        {
            turn();
            Member.EndTurn();
        }

        _isRunning = false;
    }

    public void Send(Beat beat) => _world.Carry(this, beat);

    public void OnAcquired(ShardLease lease)
    {
        Assert.Null(_leases[lease.Shard]);
        _leases[lease.Shard] = lease;
        _isLosing[lease.Shard] = false;
        _world.Acquired(this, lease);
    }

    public void OnLosing(ShardLease lease)
    {
        Assert.Same(_leases[lease.Shard], lease);
        Assert.False(_isLosing[lease.Shard]);
        _isLosing[lease.Shard] = true;

        // The rooms say their last word to the one that takes the shard: they must know it.
        Assert.Equal(Member.Ring.OwnerOf(lease.Shard), Member.Map[lease.Shard].Intended?.Name);
        // Some never say that they have finished.
        if (!_world.Chance(_world.RoomFaults))
            _world.After(_world.Random.Next(0, 50), () => Run(lease.Finish));
    }

    public void OnLost(ShardLease lease)
    {
        Assert.Same(_leases[lease.Shard], lease);
        Assert.False(lease.IsInForce(_time.GetTimestamp()));
        _leases[lease.Shard] = null;
    }

    public void OnMap(ShardMap map) => Assert.Same(Member.Map, map);

    public void OnAcquired(int shard, TimeSpan latency)
    {
    }

    public void OnLost(int shard, LossCause cause) => _world.Losses[cause] = _world.Losses.GetValueOrDefault(cause) + 1;

    public void OnStoreFault(Exception exception) => Assert.Fail(exception.ToString());
}
