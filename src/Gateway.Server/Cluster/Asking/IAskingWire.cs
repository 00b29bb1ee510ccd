namespace Gateway.Server.Cluster.Asking;

/// <summary>Carries questions to all nodes and answers to one. At most once; what one node sends arrives in its order. Any thread; nothing waits.</summary>
internal interface IAskingWire
{
    /// <summary>Whether other nodes can be reached at this moment, as far as is known.</summary>
    bool IsUp { get; }

    /// <summary>False: not taken.</summary>
    bool TrySend(string subject, ReadOnlySpan<byte> message);

    /// <summary>Has messages given to the receiver, one at a time, until the answer is disposed of.</summary>
    IDisposable Subscribe(string subject, AskingReceiver receiver);
}
