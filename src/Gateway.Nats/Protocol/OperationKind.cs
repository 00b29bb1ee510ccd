namespace Gateway.Nats.Protocol;

/// <summary>What a server may send.</summary>
internal enum OperationKind
{
    Info,

    /// <summary>MSG or HMSG.</summary>
    Message,
    Ping,
    Pong,
    Ok,
    Error,
}
