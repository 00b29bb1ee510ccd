namespace Gateway.Protocol.Frames;

/// <summary>
/// Why something could not be done (protocol/spec.md, section 6). The values are on the wire and never change. Below 2000: the same
/// again will fail again. From 2000 on: come back, see <see cref="ErrorCodes.IsRetryable"/>.
/// </summary>
public enum ErrorCode : ushort
{
    /// <summary>No error; never sent.</summary>
    None = 0,

    /// <summary>The bytes are no frame; the rest of the WebSocket message is ignored.</summary>
    Malformed = 1000,

    /// <summary>This server does not know the op.</summary>
    UnknownOp = 1001,

    /// <summary>A field is missing, of the wrong type, or outside its limits.</summary>
    InvalidField = 1002,

    /// <summary>A frame before <c>hello</c>, or a second <c>hello</c>.</summary>
    HelloFirst = 1003,

    /// <summary>The token is missing, not valid, or of another subject.</summary>
    TokenInvalid = 1004,

    /// <summary>The token has expired.</summary>
    TokenExpired = 1005,

    /// <summary>The rules of the room, the user or the service do not allow it.</summary>
    Forbidden = 1006,

    /// <summary>The room's name is ill-formed or its kind unknown.</summary>
    InvalidRoom = 1007,

    /// <summary>The frame needs a joined room.</summary>
    NotAMember = 1008,

    /// <summary>The payload is over its limit.</summary>
    TooLarge = 1009,

    /// <summary>The connection has joined as many rooms as it may.</summary>
    TooManyRooms = 1010,

    /// <summary>No such service or method.</summary>
    UnknownService = 1011,

    /// <summary>The service refused the request; the sentence is the service's.</summary>
    RequestFailed = 1012,

    /// <summary>The room has as many members as it may.</summary>
    RoomFull = 1013,

    /// <summary>The server does not speak this version.</summary>
    UnsupportedVersion = 1014,

    /// <summary>Nobody is connected as this user.</summary>
    UserOffline = 1015,

    /// <summary>Something the operation needs does not answer; the publish may or may not be stored.</summary>
    Unavailable = 2000,

    /// <summary>Too many messages, bytes or joins.</summary>
    RateLimited = 2001,

    /// <summary>A queue is full.</summary>
    Overloaded = 2002,

    /// <summary>The service did not answer in time.</summary>
    TimedOut = 2003,

    /// <summary>The room is moving to another node.</summary>
    Moved = 2004,

    /// <summary>The server is draining.</summary>
    GoingAway = 2005,

    /// <summary>A fault in the server; it has been logged.</summary>
    Internal = 2006,
}
