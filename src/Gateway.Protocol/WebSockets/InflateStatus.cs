namespace Gateway.Protocol.WebSockets;

/// <summary>How inflating a message ended.</summary>
internal enum InflateStatus
{
    Done,

    /// <summary>Not DEFLATE, or cut off.</summary>
    Corrupt,

    /// <summary>The output would exceed the limit.</summary>
    TooBig,

    /// <summary>More Huffman tables than <see cref="Inflater"/> is willing to build for an input of this size.</summary>
    Wasteful,
}
