using System.Diagnostics.Metrics;
using Gateway.Server.Cluster;
using Gateway.Server.Lanes;
using Gateway.Server.Relay;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Membership = Gateway.Server.Rooms.Membership;

namespace Gateway.Server.Tests.Relay;

/// <summary>
/// A room over nodes on one thread, for measuring: one call is one publish at the node that follows, forwarded, ordered by the owner, acknowledged, and delivered to a member at the node that follows;
/// a third node stands by.
/// </summary>
internal sealed class RelayRig : IDisposable, ILaneWork, IPublisher, IMember
{
    private static readonly ShardPlace Nowhere = new(null, 0, null, null, []);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTime _time = new();
    private readonly InstantWire _wire = new();
    private readonly RoomsOptions _options = new() { MaxIdempotencyKeys = 500 };
    private readonly List<(LaneSet Lanes, RelayNode Relay)> _nodes = [];
    private readonly RoomSet _follower;
    private readonly string _room;
    private readonly byte[] _payload;
    private readonly byte[] _conflationKey;
    private bool _isJoined;

    public RelayRig(string room, int payloadBytes, string conflationKey = "")
    {
        _room = room;
        _conflationKey = System.Text.Encoding.UTF8.GetBytes(conflationKey);
        _payload = [0xc4, (byte)payloadBytes, .. new byte[payloadBytes]];
        _options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", MaxHistoryCount = 500 };
        _options.Kinds["live"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", Durable = false };
        var (owner, other, standIn) = (new NodeId("a", 1), new NodeId("b", 1), new NodeId("c", 1));
        NewNode(owner);
        _follower = NewNode(other);
        NewNode(standIn);
        var shard = RoomSet.ShardOf(room);
        var lease = new ShardLease(shard, 7, long.MaxValue, static _ => { });
        var places = new ShardPlace[ILeases.ShardCount];
        Array.Fill(places, Nowhere);
        places[shard] = new ShardPlace(owner, 7, null, owner, [other, standIn]);
        MemberView[] members = [.. new[] { owner, other, standIn }.Select(static id => new MemberView(id, MemberState.Alive, MemberHealth.Heard, 0, true))];
        _nodes[0].Relay.OnAcquired(lease);
        foreach (var (_, relay) in _nodes)
            relay.OnMap(new ShardMap(1, places, members));
        Settle();
        _nodes[1].Lanes[0].Post(this, 1);
        Settle();
        if (!_isJoined)
            throw new InvalidOperationException("The member was not let in.");
    }

    public int AcceptedCount { get; private set; }

    public int DeliveredCount { get; private set; }

    public WireEncoding Encoding => WireEncoding.MessagePack;

    public int Outlet => -1;

    public bool HasPlace => true;

    public void Publish()
    {
        _nodes[1].Lanes[0].Post(this, 0);
        Settle();
    }

    /// <summary>How far the stand-in has been told; it forgets.</summary>
    public Inherited? TakeStanding() => _nodes[2].Relay.StandIns.Inherit(RoomSet.ShardOf(_room), _room, 1, 0);

    public void Execute(int code, object? argument, long number)
    {
        if (code == 0)
        {
            var message = RoomMessage.Create("e"u8, _payload, [], _conflationKey, 1);
            _follower.Publish(Publication.Create(message, default, this, 0, _room));
            return;
        }

        var request = new JoinRequest(null, 0, 0, WantsPresence: false, IsObserver: true, "m");
        _follower.LocalsOf(_nodes[1].Lanes[0]).GetOrAdd(_room, _follower.Kinds.Of(_room)!).Join(this, request, 1);
    }

    public void OnPublished(long replyTag, PublishResult result) => AcceptedCount += result.Status == PublishStatus.Accepted ? 1 : 0;

    public void Deliver(Membership membership, RoomTurn turn)
    {
        DeliveredCount += turn.Count;
        membership.Position = turn.LastOffset;
    }

    public void DeliverKept(Membership membership, RoomMessage message)
    {
    }

    public void DeliverNotice(Membership membership, byte[] frame)
    {
    }

    public void DeliverLost(Membership membership, long from, long to)
    {
    }

    public void OnJoined(Membership membership, in JoinOutcome outcome) => _isJoined = true;

    public void OnEpochChanged(Membership membership, in JoinOutcome outcome)
    {
    }

    public void OnJoinFailed(Membership membership, JoinFailure failure)
    {
    }

    public void Dispose()
    {
        foreach (var (lanes, relay) in _nodes)
        {
            relay.Dispose();
            foreach (var lane in lanes.All)
                lane.Dispose();
        }

        _services.Dispose();
    }

    private RoomSet NewNode(NodeId id)
    {
        var lanes = new LaneSet(1, index => new Lane(index, _time, new EventPoller(), 100_000, static fault => throw fault));
        var metrics = new RelayMetrics(_services.GetRequiredService<IMeterFactory>(), _time);
        var relay = new RelayNode(id, "rig", lanes, _wire, new RelayOptions(), metrics, _time);
        var rooms = new RoomSet(lanes, RoomKinds.Create(_options, [])!, _options, lane => new InMemoryHistory(lane, _options, 1), relay, _time, 64 * 1024);
        relay.Start(rooms);
        _nodes.Add((lanes, relay));
        return rooms;
    }

    private void Settle()
    {
        while (_nodes[0].Lanes[0].Turn() | _nodes[1].Lanes[0].Turn() | _nodes[2].Lanes[0].Turn())
        {
        }
    }
}
