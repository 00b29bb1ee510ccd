using Gateway.Server.Cluster;

namespace Gateway.Server.Backends.Publishing;

/// <summary>Whether this node is the one that takes what backends publish over NATS. Written by <see cref="PublishDoor"/>, read on the connection's read loop.</summary>
internal sealed class IntakeSeat(TimeProvider time, bool isAlone)
{
    private ShardLease? _lease;

    /// <summary>The lease that gives the seat; null: another node has it.</summary>
    public ShardLease? Lease
    {
        get => Volatile.Read(ref _lease);
        set => Volatile.Write(ref _lease, value);
    }

    /// <summary>
    /// False for a node that does not know yet that another one has taken over: it was paused, say. What it took now would come after what the other one has taken since.
    /// </summary>
    public bool IsTaken => isAlone || (Lease is { } lease && lease.IsInForce(time.GetTimestamp()));
}
