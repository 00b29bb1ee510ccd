namespace Gateway.Protocol.MessagePack;

/// <summary>Why <see cref="MessagePackReader"/> could not read.</summary>
public enum MessagePackError
{
    /// <summary>Nothing has failed.</summary>
    None = 0,

    /// <summary>The buffer ends before the value does. This includes any length or count that is greater than what is left.</summary>
    Truncated = 1,

    /// <summary>The next value is well-formed so far, but of another type.</summary>
    WrongType = 2,

    /// <summary>The next value is of the right type, but does not fit what it was to be read into.</summary>
    OutOfRange = 3,

    /// <summary>
    /// No continuation can make these bytes right: 0xC1, a string that is not UTF-8, a length above 2³¹−1,
    /// a timestamp of a size other than 4, 8 or 12, or with more than 999,999,999 nanoseconds.
    /// </summary>
    Malformed = 4,

    /// <summary>Arrays and maps are nested deeper than the reader allows.</summary>
    TooDeep = 5,
}
