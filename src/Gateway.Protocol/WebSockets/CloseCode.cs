namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Status codes of RFC 6455 7.4.1 and the IANA registry. A peer may also send 3000-4999, so a value outside the named ones is normal.
/// </summary>
public enum CloseCode : ushort
{
    /// <summary>No code at all: neither a close frame's nor <see cref="NoStatus"/>.</summary>
    None = 0,

    /// <summary>Done; nothing went wrong.</summary>
    NormalClosure = 1000,

    /// <summary>The server goes down or the page was left.</summary>
    GoingAway = 1001,

    /// <summary>The peer broke RFC 6455.</summary>
    ProtocolError = 1002,

    /// <summary>A kind of message that this endpoint does not take.</summary>
    UnsupportedData = 1003,

    /// <summary>A close frame without a code. Never on the wire.</summary>
    NoStatus = 1005,

    /// <summary>The connection ended without a close frame. Never on the wire.</summary>
    Abnormal = 1006,

    /// <summary>Text that is not UTF-8, or compressed data that cannot be inflated.</summary>
    InvalidPayload = 1007,

    /// <summary>Refused by a rule that has no code of its own.</summary>
    PolicyViolation = 1008,

    /// <summary>The message exceeds the limit.</summary>
    MessageTooBig = 1009,

    /// <summary>A client missed an extension it needs. Only clients send it.</summary>
    MandatoryExtension = 1010,

    /// <summary>The server met an unexpected condition.</summary>
    InternalError = 1011,

    /// <summary>The server restarts; come back.</summary>
    ServiceRestart = 1012,

    /// <summary>The server is overloaded; come back later.</summary>
    TryAgainLater = 1013,

    /// <summary>A gateway got an invalid answer from behind.</summary>
    BadGateway = 1014,

    /// <summary>The TLS handshake failed. Never on the wire.</summary>
    TlsHandshake = 1015,
}
