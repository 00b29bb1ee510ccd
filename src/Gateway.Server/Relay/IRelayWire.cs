namespace Gateway.Server.Relay;

/// <summary>
/// Carries bytes between nodes, by subject. What one node sends to one subject arrives in that order; it may be lost, and is not repeated. Callable from any thread; nothing waits.
/// </summary>
internal interface IRelayWire
{
    /// <summary>The largest message that is taken.</summary>
    int MaxMessageBytes { get; }

    /// <summary>The way was interrupted and is open again: what was sent last may be lost, in both directions. Raised on any thread.</summary>
    event Action? Restored;

    /// <summary>Sends to all who have subscribed. False: not taken, there is no room for it or no way.</summary>
    bool TrySend(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> message);

    /// <summary>From now on the receiver is given what is sent to the subject, until the answer is disposed of; one message at a time for all receivers of a node.</summary>
    IDisposable Subscribe(string subject, IRelayReceiver receiver);
}
