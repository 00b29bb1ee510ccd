namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Why a handshake is refused. The first group is found by <see cref="HandshakeParser"/>, the second is for the server's own checks;
/// <see cref="HandshakeRejections"/> gives each a status, a sentence and headers.
/// </summary>
public enum HandshakeRejection
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>A line is not a header: bare LF or CR, folding, NUL or control octets, white space before the colon, an invalid name.</summary>
    MalformedHeader,

    /// <summary>The head exceeds <see cref="HandshakeLimits.MaxHeaderBytes"/>.</summary>
    HeadTooLong,

    /// <summary>More lines than <see cref="HandshakeLimits.MaxHeaderCount"/>.</summary>
    TooManyHeaders,

    /// <summary>A header came twice that may come once.</summary>
    DuplicateHeader,

    /// <summary>No Host header.</summary>
    HostMissing,

    /// <summary>The Host header is no host and port.</summary>
    HostInvalid,

    /// <summary>Connection does not contain "upgrade".</summary>
    ConnectionNotUpgrade,

    /// <summary>No Sec-WebSocket-Key.</summary>
    KeyMissing,

    /// <summary>Sec-WebSocket-Key is not 16 octets in base64.</summary>
    KeyInvalid,

    /// <summary>No Sec-WebSocket-Version.</summary>
    VersionMissing,

    /// <summary>Sec-WebSocket-Version is not 13.</summary>
    VersionUnsupported,

    /// <summary>Sec-WebSocket-Protocol is no list of different tokens, or one of more than 32.</summary>
    SubProtocolsMalformed,

    /// <summary>Sec-WebSocket-Extensions breaks its grammar.</summary>
    ExtensionsMalformed,

    /// <summary>The request announces a body; behind a GET it could smuggle a second request past a proxy.</summary>
    BodyNotAllowed,

    /// <summary>No offered subprotocol is supported here.</summary>
    SubProtocolUnsupported,

    /// <summary>The token is missing or not valid.</summary>
    Unauthorized,

    /// <summary>Pages of this origin may not connect.</summary>
    OriginForbidden,

    /// <summary>This address may not connect.</summary>
    AddressForbidden,

    /// <summary>Too many handshakes or connections of this client.</summary>
    TooManyRequests,

    /// <summary>The head did not come in time.</summary>
    TimedOut,

    /// <summary>The node is full.</summary>
    Overloaded,

    /// <summary>The node is about to stop.</summary>
    Draining,
}
