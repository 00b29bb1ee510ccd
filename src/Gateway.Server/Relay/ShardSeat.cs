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

    /// <summary>The history has refused a write: there is another owner already.</summary>
    public bool IsFenced { get; set; }

    /// <summary>The other node that owns it; null when nobody does, or this node.</summary>
    public NodeId? Owner { get; private set; }

    /// <summary>The epoch of that owner.</summary>
    public long OwnerEpoch { get; private set; }

    /// <summary>The other nodes that stand by, or are to have the shard next.</summary>
    public NodeId[] StandIns { get; private set; } = [];

    /// <summary>The newest epoch of another node that was ever its owner.</summary>
    public long NewestOwnerEpoch { get; private set; }

    /// <summary>This node is one of those that the owner tells, as far as this node knows who that is.</summary>
    public bool IsStandingBy { get; private set; }

    /// <summary>As the owner: the room that the stand-ins are told of next, on the way down to the first; below 0: they have been told of all.</summary>
    public int SayAt { get; set; } = -1;

    /// <summary>As the owner: when the stand-ins are told of all rooms again, in lane milliseconds.</summary>
    public long SayAgainAt { get; set; }

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

    /// <summary>Notes who stands by. True: somebody does who did not.</summary>
    public bool StandBy(ShardPlace place, int maxCount)
    {
        NodeId[] next = place.Intended is { } intended ? [intended, .. place.StandIns] : [.. place.StandIns];
        IsStandingBy = next.Distinct().Where(node => node != place.Owner).Take(maxCount).Contains(self);
        var standIns = next.Distinct().Where(node => node != self).Take(maxCount).ToArray();
        var isNew = standIns.Except(StandIns).Any();
        StandIns = standIns;
        return isNew;
    }

    /// <summary>Notes what the map says. True: it is new.</summary>
    public bool Follow(ShardPlace place)
    {
        var owner = place.Owner == self ? null : place.Owner;
        var epoch = owner is null ? 0 : place.Epoch;
        if (owner == Owner && epoch == OwnerEpoch)
            return false;
        (Owner, OwnerEpoch) = (owner, epoch);
        NewestOwnerEpoch = Math.Max(epoch, NewestOwnerEpoch);
        return true;
    }
}
