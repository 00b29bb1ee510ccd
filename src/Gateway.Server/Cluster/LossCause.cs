namespace Gateway.Server.Cluster;

/// <summary>Why a node stopped owning a shard.</summary>
internal enum LossCause
{
    /// <summary>It handed it over.</summary>
    HandedOver = 0,

    /// <summary>The lease could not be renewed in time.</summary>
    RanOut = 1,

    /// <summary>The store said that it is another's, or nobody's.</summary>
    Taken = 2,
}
