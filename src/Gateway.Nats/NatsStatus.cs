namespace Gateway.Nats;

/// <summary>What a connection is doing. The numbers are stable.</summary>
public enum NatsStatus
{
    /// <summary>Not connected yet; publishes wait.</summary>
    Connecting = 0,

    /// <summary>Connected.</summary>
    Connected = 1,

    /// <summary>The connection was lost and another one is sought; publishes wait.</summary>
    Reconnecting = 2,

    /// <summary>Everything under way is brought to its end; publishes are taken until the subscriptions have ended.</summary>
    Draining = 3,

    /// <summary>Over.</summary>
    Closed = 4,
}
