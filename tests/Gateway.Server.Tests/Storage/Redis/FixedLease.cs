using System.Collections.Concurrent;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The relay of a node that believes that it owns every shard under one epoch, whatever it is told.</summary>
internal sealed class FixedLease(long epoch) : IRelay
{
    private readonly LoopbackRelay _alone = new();

    public ConcurrentQueue<(int Shard, long Epoch)> Fenced { get; } = new();

    public void Ask(RosterQuery query) => _alone.Ask(query);

    public IRoomRelay Attach(Room room) => _alone.Attach(room);

    public long EpochOf(int shard) => epoch;

    public void OnFenced(int shard, long epoch) => Fenced.Enqueue((shard, epoch));

    public void OnWritten(int shard)
    {
    }
}
