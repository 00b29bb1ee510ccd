namespace Gateway.Protocol.WebSockets;

/// <summary>Why a peer's bytes were refused. <see cref="FrameViolations"/> gives each a close code and a sentence.</summary>
public enum FrameViolation : byte
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>A reserved bit was set that no negotiated extension gives a meaning (5.2).</summary>
    ReservedBit,

    /// <summary>An opcode of 3-7 or 11-15 (5.2).</summary>
    ReservedOpcode,

    /// <summary>A client's frame was not masked (5.1).</summary>
    MaskMissing,

    /// <summary>A server's frame was masked (5.1).</summary>
    MaskUnexpected,

    /// <summary>The length did not use the shortest form (5.2).</summary>
    LengthNotMinimal,

    /// <summary>A 64-bit length with its top bit set (5.2).</summary>
    LengthNegative,

    /// <summary>A control frame of more than 125 octets (5.5).</summary>
    ControlTooLong,

    /// <summary>A control frame without FIN (5.5).</summary>
    ControlFragmented,

    /// <summary>A continuation without a message under way (5.4).</summary>
    ContinuationUnexpected,

    /// <summary>A new message while another is under way (5.4).</summary>
    ContinuationExpected,

    /// <summary>A close payload of one octet (5.5.1).</summary>
    CloseTruncated,

    /// <summary>A close code that must not be on the wire (7.4).</summary>
    CloseCodeInvalid,

    /// <summary>A close reason that is not UTF-8 (5.5.1).</summary>
    CloseReasonNotUtf8,

    /// <summary>A text message that is not UTF-8 (8.1).</summary>
    TextNotUtf8,

    /// <summary>Compressed data that is not DEFLATE (RFC 7692 7.2.2).</summary>
    DeflateCorrupt,

    /// <summary>Compressed data with far more Huffman tables than any compressor writes; each costs the reader much and the sender little.</summary>
    DeflateWasteful,

    /// <summary>The message exceeds <see cref="MessageReaderOptions.MaxMessageBytes"/>.</summary>
    MessageTooBig,

    /// <summary>The message has more frames than <see cref="MessageReaderOptions.MaxFramesPerMessage"/>.</summary>
    TooManyFrames,
}
