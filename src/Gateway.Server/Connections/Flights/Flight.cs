namespace Gateway.Server.Connections.Flights;

/// <summary>What is kept of a connection that ended badly. Immutable.</summary>
internal sealed record Flight(
    string Connection, string? User, string Address, DateTimeOffset ClosedAt, long LifetimeMilliseconds, CloseCause Cause, QueueDepths Depths, IReadOnlyList<FrameTrace> Frames);
