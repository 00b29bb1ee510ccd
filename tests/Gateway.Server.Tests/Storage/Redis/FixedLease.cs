using System.Collections.Concurrent;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The relay of a node that believes that it owns every shard under one epoch, until the history tells it otherwise; then nobody owns them.</summary>
internal sealed class FixedLease(long epoch) : IRelay
{
    private readonly LoopbackRelay _alone = new();
    private readonly List<Room> _rooms = [];

    public ConcurrentQueue<(int Shard, long Epoch)> Fenced { get; } = new();

    public void Ask(RosterQuery query) => _alone.Ask(query);

    public IRoomRelay Attach(Room room)
    {
        _rooms.Add(room);
        return new FixedLeaseRoom(this, room);
    }

    public long EpochOf(int shard) => epoch;

    public void OnFenced(int shard, long epoch)
    {
        Fenced.Enqueue((shard, epoch));
        _rooms.ForEach(static room => room.OnPlaced(RoomRole.Unplaced));
    }

    public void OnWritten(int shard)
    {
    }
}
