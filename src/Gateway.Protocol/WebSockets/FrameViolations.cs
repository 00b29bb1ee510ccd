namespace Gateway.Protocol.WebSockets;

/// <summary>The table from a violation to what the peer is told.</summary>
public static class FrameViolations
{
    /// <summary>The code to close with.</summary>
    public static CloseCode CloseCode(this FrameViolation violation) => violation switch
    {
        FrameViolation.None => WebSockets.CloseCode.None,
        FrameViolation.CloseReasonNotUtf8 or FrameViolation.TextNotUtf8 or FrameViolation.DeflateCorrupt =>
            WebSockets.CloseCode.InvalidPayload,
        FrameViolation.MessageTooBig => WebSockets.CloseCode.MessageTooBig,
        FrameViolation.TooManyFrames or FrameViolation.DeflateWasteful => WebSockets.CloseCode.PolicyViolation,
        _ => WebSockets.CloseCode.ProtocolError,
    };

    /// <summary>A sentence for the close frame and the log; ASCII and shorter than 123 octets.</summary>
    public static string Sentence(this FrameViolation violation) => violation switch
    {
        FrameViolation.ReservedBit => "A reserved bit is set that no negotiated extension uses.",
        FrameViolation.ReservedOpcode => "The opcode is reserved.",
        FrameViolation.MaskMissing => "Frames of a client must be masked.",
        FrameViolation.MaskUnexpected => "Frames of a server must not be masked.",
        FrameViolation.LengthNotMinimal => "The payload length must use its shortest form.",
        FrameViolation.LengthNegative => "The top bit of a 64-bit payload length must be 0.",
        FrameViolation.ControlTooLong => "A control frame carries at most 125 octets.",
        FrameViolation.ControlFragmented => "A control frame must not be fragmented.",
        FrameViolation.ContinuationUnexpected => "A continuation frame came without a message to continue.",
        FrameViolation.ContinuationExpected => "A new message began before the last one ended.",
        FrameViolation.CloseTruncated => "The payload of a close frame is empty or at least two octets.",
        FrameViolation.CloseCodeInvalid => "The close code is not allowed in a close frame.",
        FrameViolation.CloseReasonNotUtf8 => "The close reason is not UTF-8.",
        FrameViolation.TextNotUtf8 => "The text message is not UTF-8.",
        FrameViolation.DeflateCorrupt => "The compressed message cannot be inflated.",
        FrameViolation.DeflateWasteful => "The compressed message has too many Huffman tables for its size.",
        FrameViolation.MessageTooBig => "The message exceeds the size limit.",
        FrameViolation.TooManyFrames => "The message has too many fragments.",
        _ => "",
    };
}
