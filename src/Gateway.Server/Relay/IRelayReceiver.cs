namespace Gateway.Server.Relay;

/// <summary>Takes messages off the wire.</summary>
internal interface IRelayReceiver
{
    /// <summary>Called on the wire's thread; must not block.</summary>
    /// <param name="message">Valid during the call.</param>
    void OnMessage(ReadOnlySpan<byte> message);
}
