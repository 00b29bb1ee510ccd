namespace Gateway.Server.Rooms;

/// <summary>The outcomes of a publish; all but the first two left no message behind, except <see cref="Unavailable"/>, where nobody knows.</summary>
internal enum PublishStatus
{
    Accepted,

    /// <summary>The idempotency key was seen before; the position is the first one's.</summary>
    Duplicate,

    /// <summary>The room's name is ill-formed or its kind unknown.</summary>
    InvalidRoom,

    /// <summary>The rules of the kind do not allow it.</summary>
    Forbidden,

    /// <summary>The payload is over its limit.</summary>
    TooLarge,

    /// <summary>The room or its lane has no place for more at this moment; try again.</summary>
    Overloaded,

    /// <summary>The history did not answer; the message may or may not be stored; try again with the same idempotency key.</summary>
    Unavailable,
}
