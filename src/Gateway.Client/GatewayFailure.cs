namespace Gateway.Client;

/// <summary>The kinds of failure a call can end with.</summary>
public enum GatewayFailure
{
    /// <summary>The gateway answered with an error frame; <see cref="GatewayException.Code"/> is its code.</summary>
    Refused = 0,

    /// <summary>The connection broke after the call was sent and before it was answered: it may or may not have taken effect.</summary>
    Disconnected = 1,

    /// <summary>The client is closed, or has given up; nothing more will be sent.</summary>
    Closed = 2,

    /// <summary>Several attempts to connect have failed. The client goes on trying unless it was told to stop.</summary>
    Unreachable = 3,

    /// <summary>The queue of unacknowledged publishes is full: <see cref="GatewayClientOptions.MaxOutboxMessages"/> or <see cref="GatewayClientOptions.MaxOutboxBytes"/>.</summary>
    OutboxFull = 4,

    /// <summary>More than <see cref="GatewayClientOptions.MaxPendingCalls"/> calls wait for an answer.</summary>
    TooManyCalls = 5,

    /// <summary>No answer came within <see cref="GatewayClientOptions.CallTimeout"/>.</summary>
    TimedOut = 6,

    /// <summary>The payload is larger than the gateway takes (<c>welcome</c> says how much that is).</summary>
    PayloadTooLarge = 7,

    /// <summary>
    /// A publish was sent, its answer lost, and it could not be repeated while the gateway still knew its idempotency key:
    /// it may or may not be stored.
    /// </summary>
    Unconfirmed = 8,

    /// <summary>The gateway answered with a frame that the client cannot read.</summary>
    ProtocolError = 9,
}
