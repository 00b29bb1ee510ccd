using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

/// <summary>What a lane has counted. Written by the lane alone; read by metrics at any time, where a value a moment old is good enough.</summary>
internal sealed class ConnectionCounters
{
    public long Opened { get; set; }

    public long Closed { get; set; }

    /// <summary>Let in with the ticket of an appointment.</summary>
    public long Appointed { get; set; }

    public long ReceivedMessages { get; set; }

    public long ReceivedBytes { get; set; }

    public long SentBytes { get; set; }

    /// <summary>Sends that went to the kernel many at a time.</summary>
    public long RingSends { get; set; }

    /// <summary>Messages of ephemeral rooms dropped because a connection was slow.</summary>
    public long Dropped { get; set; }

    /// <summary>Times a member fell behind and was served from the history.</summary>
    public long FellBehind { get; set; }

    /// <summary>Errors sent to clients.</summary>
    public long Errors { get; set; }

    public long HeartbeatTimeouts { get; set; }

    public long SlowConsumers { get; set; }

    /// <summary>How often each limit was met, and how close one came to it.</summary>
    public LimitUse Limits { get; } = new();
}
