namespace Gateway.Faults.Tests.Schedules;

/// <summary>What is done to the cluster.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a node; another takes its place.</summary>
    KillNode,

    /// <summary>SIGSTOP of the owner of a room for longer than its leases last, then SIGCONT.</summary>
    PauseOwner,

    /// <summary>Redis is ended (kill -9, or in good order) and started again on its port with its data.</summary>
    RestartRedis,

    /// <summary>All servers of NATS, or one, are ended (kill -9) and started again on their ports.</summary>
    RestartNats,

    /// <summary>A server of NATS sends its clients to the others (lame duck), ends, and is started again.</summary>
    UpgradeNats,

    /// <summary>The line between a node and NATS.</summary>
    CutNats,

    /// <summary>The line between a node and Redis.</summary>
    CutRedis,

    /// <summary>The lines between a node and its clients.</summary>
    CutClients,

    /// <summary>All lines of a node are slow for a while.</summary>
    DelayLinks,

    /// <summary>SIGTERM: the node drains and ends by itself; another joins in its place.</summary>
    DrainNode,
}
