using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>Where a shard is, as its home lane knows, with the lane's rooms in it. Belongs to the lane.</summary>
internal sealed class ShardSeat(int shard, NodeId self, TimeProvider time)
{
    public int Shard { get; } = shard;

    /// <summary>When this node owns the shard.</summary>
    public ShardLease? Lease { get; set; }

    /// <summary>The shard is being handed over, or the history has refused a write: nothing new is ordered.</summary>
    public bool IsLosing { get; set; }

    /// <summary>The other node that owns it; null when nobody does, or this node.</summary>
    public NodeId? Owner { get; private set; }

    /// <summary>The epoch of that owner.</summary>
    public long OwnerEpoch { get; private set; }

    public List<RelayedRoom> Rooms { get; } = [];

    /// <summary>What goes to the owner to be ordered; null until there was something.</summary>
    public ForwardLink? Link { get; set; }

    public RoomRole Role
    {
        get
        {
            if (Lease is { } lease)
                return !IsLosing && lease.IsInForce(time.GetTimestamp()) ? RoomRole.Owner : RoomRole.Unplaced;
            return Owner is null ? RoomRole.Unplaced : RoomRole.Follower;
        }
    }

    /// <summary>Notes what the map says. True: it is new.</summary>
    public bool Follow(ShardPlace place)
    {
        var owner = place.Owner == self ? null : place.Owner;
        var epoch = owner is null ? 0 : place.Epoch;
        if (owner == Owner && epoch == OwnerEpoch)
            return false;
        (Owner, OwnerEpoch) = (owner, epoch);
        return true;
    }
}
