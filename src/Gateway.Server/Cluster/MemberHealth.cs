namespace Gateway.Server.Cluster;

/// <summary>What a node's silence says of it.</summary>
internal enum MemberHealth
{
    /// <summary>Heard of lately.</summary>
    Heard = 0,

    /// <summary>Not for <see cref="ClusterOptions.SuspectAfter"/>: gets no shards, and others try to take its own.</summary>
    Suspected = 1,

    /// <summary>Not for <see cref="ClusterOptions.DeadAfter"/>, or it has left.</summary>
    Dead = 2,
}
