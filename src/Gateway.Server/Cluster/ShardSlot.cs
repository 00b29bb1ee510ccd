namespace Gateway.Server.Cluster;

/// <summary>One shard from this node's side. Belongs to <see cref="ShardOwnership"/>.</summary>
internal sealed class ShardSlot(int shard)
{
    public int Shard { get; } = shard;

    public ShardState State { get; set; }

    /// <summary>The ring gives it to this node.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Another node that lives says that it owns it.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>The node that is to have it sees the same ring and reaches out for it (or nobody is to be waited for).</summary>
    public bool MayGo { get; set; }

    /// <summary>Not null while it is ours.</summary>
    public ShardLease? Lease { get; set; }

    /// <summary>The epoch that the store knows us under, until it knows that we have let go; 0 for none. Others are told of it, so that nobody asks in vain.</summary>
    public long Claim { get; set; }

    public bool IsFinished { get; set; }

    /// <summary>When to ask the store next, or to release without waiting any longer.</summary>
    public long DueAt { get; set; }

    /// <summary>The call to the store that is under way.</summary>
    public Task Call { get; set; } = Task.CompletedTask;
}
