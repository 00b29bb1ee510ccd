using Gateway.Server.Cluster;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>
/// The relay of this node: tells its lanes which shards are theirs and where the others are, and gives each what other nodes say to it. Everything that has state belongs to a lane.
/// </summary>
internal sealed class RelayNode : IRelay, IShardRooms, IDisposable
{
    private readonly LaneRelay[] _lanes;
    private readonly TimeProvider _time;
    private IDisposable? _subscription;
    private StandIns? _standIns;

    public RelayNode(NodeId self, string cluster, LaneSet lanes, IRelayWire wire, RelayOptions options, RelayMetrics metrics, TimeProvider time)
    {
        Self = self;
        Subjects = new RelaySubjects(cluster);
        Wire = wire;
        Options = options;
        Metrics = metrics;
        _time = time;
        _lanes = [.. lanes.All.ToArray().Select(lane => new LaneRelay(this, lane, lanes.Count, time))];
    }

    public NodeId Self { get; }

    public RelaySubjects Subjects { get; }

    public IRelayWire Wire { get; }

    public RelayOptions Options { get; }

    public RelayMetrics Metrics { get; }

    /// <summary>What is known of rooms for which this node stands by. From <see cref="Start"/> on.</summary>
    public StandIns StandIns => _standIns!;

    public LaneRelay LaneOf(int shard) => _lanes[shard % _lanes.Length];

    /// <summary>Begins to listen. Before the node becomes a member of its cluster.</summary>
    public void Start(RoomSet rooms)
    {
        _standIns = new StandIns(rooms.Kinds, Options, Metrics, _time);
        foreach (var lane in _lanes)
            lane.Start(rooms.Directories[lane.Lane.Index]);
        _subscription = Wire.Subscribe(Subjects.OfNode(Self), new RelayInbox(this, rooms.Kinds));
        Wire.Restored += OnRestored;
    }

    /// <summary>Whether this node may act under the lease at this moment.</summary>
    public bool IsInForce(ShardLease lease) => lease.IsInForce(_time.GetTimestamp());

    public IRoomRelay Attach(Room room) => new RelayedRoom(_lanes[room.Lane.Index], room);

    public void Ask(RosterQuery query) => LaneOf(RoomSet.ShardOf(query.Room)).Ask(query);

    // Never 0 in a cluster, which would mean that nobody checks.
    public long EpochOf(int shard) => LaneOf(shard).SeatOf(shard).Lease?.Epoch ?? -1;

    public void OnFenced(int shard, long epoch) => LaneOf(shard).OnFenced(shard, epoch);

    public void OnWritten(int shard) => LaneOf(shard).OnWritten(shard);

    public void OnAcquired(ShardLease lease) => Post(lease, LaneRelay.AcquiredCode);

    public void OnLosing(ShardLease lease) => Post(lease, LaneRelay.LosingCode);

    public void OnLost(ShardLease lease) => Post(lease, LaneRelay.LostCode);

    public void OnMap(ShardMap map)
    {
        foreach (var lane in _lanes)
            lane.Lane.Post(lane, LaneRelay.MapCode, map);
    }

    public void Dispose()
    {
        Wire.Restored -= OnRestored;
        _subscription?.Dispose();
    }

    private void OnRestored()
    {
        foreach (var lane in _lanes)
            lane.Lane.Post(lane, LaneRelay.RestoredCode);
    }

    private void Post(ShardLease lease, int code)
    {
        var lane = LaneOf(lease.Shard);
        lane.Lane.Post(lane, code, lease);
    }
}
