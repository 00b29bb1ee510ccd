namespace Gateway.Nats.Protocol;

/// <summary>Why bytes of a server are refused.</summary>
internal enum ProtocolFault
{
    None,
    UnknownOperation,
    LineTooLong,
    MissingLineFeed,
    WrongArgumentCount,
    BadNumber,
    MessageTooLarge,
    MissingTerminator,
}
