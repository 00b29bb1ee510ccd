namespace Gateway.Nats;

/// <summary>
/// Told what happens to a connection, for logs and metrics. Called from the connection's own loops, so nothing here may block or throw; what is not of
/// interest need not be implemented.
/// </summary>
public interface INatsObserver
{
    /// <summary>The connection came up, was lost, drains or is closed.</summary>
    /// <param name="status">What it is now.</param>
    /// <param name="server">Of <see cref="NatsStatus.Connected"/> the server.</param>
    /// <param name="cause">What ended the last connection, if one ended.</param>
    void OnStatus(NatsStatus status, string? server, NatsError? cause)
    {
    }

    /// <summary>Something went wrong that does not change the status by itself: a refused publish or subscription, a server that could not be reached.</summary>
    void OnError(NatsError error)
    {
    }

    /// <summary>The server shuts down soon; the client moves to another one.</summary>
    void OnLameDuck(string server)
    {
    }

    /// <summary>A reader does not keep up, and messages for it are dropped. Told once until it has caught up.</summary>
    void OnSlowSubscriber(NatsSubscription subscription)
    {
    }

    /// <summary>The handlers took long for what one read brought; nothing was read meanwhile.</summary>
    void OnHandlerStall(TimeSpan elapsed)
    {
    }

    /// <summary>A handler threw. Its message counts as delivered.</summary>
    void OnHandlerFault(NatsSubscription subscription, Exception fault)
    {
    }
}
