namespace Gateway.Server.Cluster;

/// <summary>What this node is doing about a shard.</summary>
internal enum ShardState
{
    /// <summary>Nothing: it is another's, or waits to be asked for.</summary>
    Idle = 0,

    /// <summary>The store is asked for it.</summary>
    Acquiring = 1,

    /// <summary>Ours; renewed with all others.</summary>
    Owner = 2,

    /// <summary>Ours for the last time: the rooms finish what is under way.</summary>
    HandingOver = 3,

    /// <summary>Not ours any more; the store is told.</summary>
    Releasing = 4,
}
