namespace Gateway.Protocol.Frames;

/// <summary>What an <see cref="ErrorCode"/> means to those who get it.</summary>
public static class ErrorCodes
{
    private const int FirstRetryable = 2000;

    /// <summary>Whether trying again later may help; also right for codes that this version does not know.</summary>
    public static bool IsRetryable(this ErrorCode code) => (int)code >= FirstRetryable;

    /// <summary>The code's name in the specification, <c>unknown</c> for one it does not have.</summary>
    public static string Name(this ErrorCode code) => code switch
    {
        ErrorCode.Malformed => "malformed",
        ErrorCode.UnknownOp => "unknown-op",
        ErrorCode.InvalidField => "invalid-field",
        ErrorCode.HelloFirst => "hello-first",
        ErrorCode.TokenInvalid => "token-invalid",
        ErrorCode.TokenExpired => "token-expired",
        ErrorCode.Forbidden => "forbidden",
        ErrorCode.InvalidRoom => "invalid-room",
        ErrorCode.NotAMember => "not-a-member",
        ErrorCode.TooLarge => "too-large",
        ErrorCode.TooManyRooms => "too-many-rooms",
        ErrorCode.UnknownService => "unknown-service",
        ErrorCode.RequestFailed => "request-failed",
        ErrorCode.RoomFull => "room-full",
        ErrorCode.UnsupportedVersion => "unsupported-version",
        ErrorCode.UserOffline => "user-offline",
        ErrorCode.Unavailable => "unavailable",
        ErrorCode.RateLimited => "rate-limited",
        ErrorCode.Overloaded => "overloaded",
        ErrorCode.TimedOut => "timed-out",
        ErrorCode.Moved => "moved",
        ErrorCode.GoingAway => "going-away",
        ErrorCode.Internal => "internal",
        _ => "unknown",
    };

    /// <summary>A sentence for the user, for errors about which there is nothing more exact to say.</summary>
    public static string Sentence(this ErrorCode code) => code switch
    {
        ErrorCode.Malformed => "The message is no frame of this protocol.",
        ErrorCode.UnknownOp => "The server does not know this op.",
        ErrorCode.InvalidField => "A field is missing, of the wrong type, or outside its limits.",
        ErrorCode.HelloFirst => "The first frame must be hello, and only the first.",
        ErrorCode.TokenInvalid => "The token is missing, not valid, or of another subject.",
        ErrorCode.TokenExpired => "The token has expired.",
        ErrorCode.Forbidden => "This is not allowed.",
        ErrorCode.InvalidRoom => "There is no room of such a name.",
        ErrorCode.NotAMember => "This room has not been joined.",
        ErrorCode.TooLarge => "The payload is too large.",
        ErrorCode.TooManyRooms => "No more rooms may be joined on this connection.",
        ErrorCode.UnknownService => "There is no such service or method.",
        ErrorCode.RequestFailed => "The service refused the request.",
        ErrorCode.RoomFull => "The room is full.",
        ErrorCode.UnsupportedVersion => "The server does not speak this version of the protocol.",
        ErrorCode.UserOffline => "This user is not connected.",
        ErrorCode.Unavailable => "The server cannot do this at the moment.",
        ErrorCode.RateLimited => "Too much in too short a time.",
        ErrorCode.Overloaded => "The server is overloaded.",
        ErrorCode.TimedOut => "The service did not answer in time.",
        ErrorCode.Moved => "The room is moving to another node.",
        ErrorCode.GoingAway => "The server is about to stop.",
        ErrorCode.Internal => "The server made a mistake; it has been logged.",
        _ => "Something went wrong.",
    };
}
