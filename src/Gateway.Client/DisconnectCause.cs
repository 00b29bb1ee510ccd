namespace Gateway.Client;

/// <summary>The kinds of reason for a connection to end or not to come about.</summary>
public enum DisconnectCause
{
    /// <summary>The application closed or disposed the client.</summary>
    ClosedByClient = 0,

    /// <summary>No endpoint could be reached, or the handshake failed.</summary>
    Unreachable = 1,

    /// <summary>The connection broke without a close frame.</summary>
    ConnectionLost = 2,

    /// <summary>The gateway closed the connection with a code that asks the client to come back.</summary>
    ClosedByServer = 3,

    /// <summary>The gateway closed the connection with a code that tells the client to stay away.</summary>
    RefusedByServer = 4,

    /// <summary>The token was missing, not valid or expired, and the token provider had no other.</summary>
    AuthenticationFailed = 5,

    /// <summary>The token provider threw.</summary>
    TokenProviderFailed = 6,

    /// <summary>The gateway was silent for longer than the heartbeat allows.</summary>
    HeartbeatTimeout = 7,

    /// <summary>The gateway sent bytes that are not the protocol, or a message over <see cref="GatewayClientOptions.MaxReceiveBytes"/>.</summary>
    ProtocolError = 8,

    /// <summary>The gateway asked the client to move, and the appointed time has come.</summary>
    Moved = 9,
}
