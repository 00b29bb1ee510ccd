namespace Gateway.Server.Operations.Draining;

/// <summary>Where a node is in its life. Only ever moves down this list.</summary>
internal enum NodeState
{
    /// <summary>Not listening yet, or still warming up.</summary>
    Starting,

    /// <summary>Takes traffic.</summary>
    Ready,

    /// <summary>Finishes what it has and tells others to go elsewhere; still answers.</summary>
    Draining,

    /// <summary>Nothing is left.</summary>
    Stopped,
}
