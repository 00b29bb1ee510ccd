namespace Gateway.Protocol.MessagePack;

/// <summary>What one of the <c>TryRead</c> methods of <see cref="MessagePackPrimitives"/> found.</summary>
public enum DecodeStatus
{
    /// <summary>The value was read.</summary>
    Success = 0,

    /// <summary>The first byte starts a value of another type (or is 0xC1, which starts none).</summary>
    TokenMismatch = 1,

    /// <summary>The bytes end before the value does; the same bytes with more behind them may be fine.</summary>
    InsufficientBuffer = 2,

    /// <summary>The value is right, but does not fit what it was to be read into.</summary>
    Overflow = 3,

    /// <summary>The bytes break the specification: a string that is not UTF-8, a timestamp of a wrong size or with too many nanoseconds.</summary>
    Malformed = 4,
}
