namespace Gateway.Nats.Protocol;

/// <summary>One operation of the server. Its spans lie in the bytes it was parsed from and are good as long as those are.</summary>
internal readonly ref struct ServerOperation
{
    public OperationKind Kind { get; init; }

    public ProtocolFault Fault { get; init; }

    /// <summary>Of INFO the JSON, of -ERR the text without its quotes.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    public ReadOnlySpan<byte> Subject { get; init; }

    public long SubscriptionId { get; init; }

    public ReadOnlySpan<byte> ReplyTo { get; init; }

    /// <summary>From <c>NATS/1.0</c> up to and with the empty line; empty for MSG.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }
}
