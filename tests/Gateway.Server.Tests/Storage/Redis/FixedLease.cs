using System.Collections.Concurrent;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The relay of a node that believes that it owns every shard under one epoch, whatever it is told.</summary>
internal sealed class FixedLease(long epoch) : IRelay
{
    public ConcurrentQueue<(int Shard, long Epoch)> Fenced { get; } = new();

    public bool IsOwner(Room room) => true;

    public long EpochOf(int shard) => epoch;

    public void OnFenced(int shard, long epoch) => Fenced.Enqueue((shard, epoch));

    public void Forward(Room room, Publication publication) => publication.Complete(PublishStatus.Unavailable, 0, 0);

    public void Broadcast(Room room, RoomMessage message)
    {
    }

    public void SetInterest(Room room, bool hasMembers)
    {
    }
}
