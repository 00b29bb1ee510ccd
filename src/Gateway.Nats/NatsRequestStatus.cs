namespace Gateway.Nats;

/// <summary>What became of a request. The numbers are stable.</summary>
public enum NatsRequestStatus
{
    /// <summary>The reply is there.</summary>
    Replied = 0,

    /// <summary>Nobody listens to the subject: the server said so at once (503).</summary>
    NoResponders = 1,

    /// <summary>No reply in time. Whether the request was processed nobody knows.</summary>
    TimedOut = 2,

    /// <summary>It was not sent; <see cref="NatsReply.Refusal"/> says why.</summary>
    Refused = 3,

    /// <summary>The connection was closed meanwhile.</summary>
    Closed = 4,
}
