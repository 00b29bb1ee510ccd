namespace Gateway.Protocol.Frames;

/// <summary>
/// The gateway's own WebSocket close codes (protocol/spec.md, section 6). The values are on the wire and never change. 4000 to 4099:
/// do not come back by yourself; 4100 to 4199: do, see <see cref="GatewayCloseCodes.MayComeBack(int)"/>.
/// </summary>
public enum GatewayCloseCode : ushort
{
    /// <summary>No code; never sent.</summary>
    None = 0,

    /// <summary>The token was not accepted. Come back with another one.</summary>
    AuthenticationFailed = 4000,

    /// <summary>The token expired while connected. Come back with another one.</summary>
    TokenExpired = 4001,

    /// <summary>An administrator ended the connection.</summary>
    Disconnected = 4002,

    /// <summary>More than 16 errors 1000, 1001 or 1002: the client is broken or hostile.</summary>
    TooManyInvalidFrames = 4003,

    /// <summary>The server does not speak the version that the client does.</summary>
    UnsupportedVersion = 4004,

    /// <summary>The server is draining.</summary>
    GoingAway = 4100,

    /// <summary>The connection took nothing for too long.</summary>
    SlowConsumer = 4101,

    /// <summary>Nothing was heard from the client, not even the answer to a ping.</summary>
    HeartbeatTimeout = 4102,

    /// <summary>The node had to shed connections.</summary>
    Overloaded = 4103,

    /// <summary>The first frame did not come in time.</summary>
    HelloTimeout = 4104,

    /// <summary>A fault in the server; it has been logged.</summary>
    InternalError = 4105,

    /// <summary>The client went on after being limited again and again.</summary>
    RateLimited = 4106,
}
