using Gateway.Server.Cluster;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>A shard that a simulated node owns.</summary>
internal sealed class Holding
{
    public required ShardLease Lease { get; init; }

    public long RenewAt { get; set; }

    /// <summary>While it is handed over: when that ends in any case; else 0.</summary>
    public long LosingUntil { get; set; }

    public bool IsFinished { get; set; }
}
