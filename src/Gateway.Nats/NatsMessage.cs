namespace Gateway.Nats;

/// <summary>A message in a handler. Its spans lie in the connection's buffers and are good only until the handler returns: copy what is to be kept.</summary>
public readonly ref struct NatsMessage
{
    internal NatsMessage(
        NatsSubscription subscription, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        Subscription = subscription;
        Subject = subject;
        ReplyTo = replyTo;
        Headers = headers;
        Payload = payload;
    }

    /// <summary>What it was delivered to.</summary>
    public NatsSubscription Subscription { get; }

    /// <summary>Where it was published.</summary>
    public ReadOnlySpan<byte> Subject { get; }

    /// <summary>Where an answer is awaited; empty when none is.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; }

    /// <summary>All of them as they came, from <c>NATS/1.0</c> up to and with the empty line; empty when there are none. See <see cref="NatsHeaderReader"/>.</summary>
    public ReadOnlySpan<byte> Headers { get; }

    /// <summary>What was published, in one piece.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Whether it is the server's answer to a request that nobody listens to.</summary>
    public bool IsNoResponders => Payload.IsEmpty && NatsHeaderReader.StatusOf(Headers) == NatsHeaderReader.NoResponders;

    /// <summary>A copy to keep.</summary>
    public NatsReceivedMessage ToReceived() => NatsReceivedMessage.From(this);
}
