namespace Gateway.Nats;

/// <summary>Gets the messages of subscriptions, on the connection's read loop, one after the other in the order of the server.</summary>
/// <remarks>
/// Nothing else is read while a handler runs: it must not block, and hands on what takes time. The way into a lane: copy what is needed and post it.
/// An exception is counted, told to <see cref="INatsObserver.OnHandlerFault"/>, and goes no further.
/// </remarks>
public interface INatsMessageHandler
{
    /// <summary>One message.</summary>
    void OnMessage(in NatsMessage message);

    /// <summary>The subscription has ended. Called once, on any thread; a last message may still be on its way through <see cref="OnMessage"/>.</summary>
    void OnEnded(NatsSubscription subscription)
    {
    }
}
