namespace Gateway.Protocol.MessagePack;

/// <summary>What came of a translation by <see cref="JsonTranscoder"/>.</summary>
public enum JsonTranscodeStatus
{
    /// <summary>One value was translated.</summary>
    Success = 0,

    /// <summary>There was no value: no byte, or in JSON only white space.</summary>
    Empty = 1,

    /// <summary>The MessagePack value ends early. (JSON that ends early is <see cref="Malformed"/>.)</summary>
    Truncated = 2,

    /// <summary>The input breaks the grammar of its format, or one of the <c>$</c> objects has a wrong content.</summary>
    Malformed = 3,

    /// <summary>Arrays and maps are nested too deep.</summary>
    TooDeep = 4,

    /// <summary>A JSON number is beyond what a float 64 can hold.</summary>
    NumberOutOfRange = 5,

    /// <summary>The input is longer than <see cref="JsonTranscoder.MaxInputBytes"/>.</summary>
    TooLarge = 6,
}
