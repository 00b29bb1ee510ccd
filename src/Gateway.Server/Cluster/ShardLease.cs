namespace Gateway.Server.Cluster;

/// <summary>
/// A shard that this node owns, as the rooms see it. Written by the cluster's loop (which renews it), read by any thread: a lane asks <see cref="IsInForce"/> before it acts
/// as the owner, and shows <see cref="Epoch"/> with each write, which the store refuses when there is a later one.
/// </summary>
internal sealed class ShardLease(int shard, long epoch, long until, Action<ShardLease> finished)
{
    private long _until = until;
    private int _isFinished;

    public int Shard { get; } = shard;

    public long Epoch { get; } = epoch;

    /// <summary>The epoch that the store had granted before this one; 0: none, or it is not known. Nobody owned the shard between the two.</summary>
    public long Previous { get; init; }

    /// <summary>Until when the node may act, as a timestamp of its TimeProvider: before the lease can have run out.</summary>
    public long Until => Volatile.Read(ref _until);

    /// <summary>Whether the node may act as the owner at this moment.</summary>
    /// <param name="timestamp">Now, from <see cref="TimeProvider.GetTimestamp"/>.</param>
    public bool IsInForce(long timestamp) => timestamp < Until;

    /// <summary>After <see cref="IShardRooms.OnLosing"/>: nothing of the shard is under way any more, another node may have it. From any thread; the first call counts.</summary>
    public void Finish()
    {
        if (Interlocked.Exchange(ref _isFinished, 1) == 0)
            finished(this);
    }

    public override string ToString() => $"shard {Shard} epoch {Epoch}";

    /// <summary>By the cluster's loop only.</summary>
    internal void Extend(long until) => Volatile.Write(ref _until, Math.Max(_until, until));

    /// <summary>It is over, whatever time was left.</summary>
    internal void End() => Volatile.Write(ref _until, long.MinValue);
}
