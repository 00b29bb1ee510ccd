using System.Buffers.Binary;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// The header of one frame (RFC 6455 5.2):
/// <code>
/// octet 0: FIN RSV1 RSV2 RSV3 opcode(4)
/// octet 1: MASK length(7)
///          length(16, big-endian) if the 7 bits say 126, length(64, big-endian) if they say 127
///          key(32) if MASK
/// </code>
/// </summary>
internal readonly struct FrameHeader
{
    /// <summary>2 octets, a 64-bit length and a key.</summary>
    public const int MaxBytes = 14;

    private FrameHeader(byte first, long payloadLength, uint maskKey, int length)
    {
        First = first;
        PayloadLength = payloadLength;
        MaskKey = maskKey;
        Length = length;
    }

    public byte First { get; }

    public long PayloadLength { get; }

    public uint MaskKey { get; }

    /// <summary>Octets of the header itself; 0 while it is incomplete.</summary>
    public int Length { get; }

    public bool Fin => (First & 0x80) != 0;

    public bool Rsv1 => (First & 0x40) != 0;

    public Opcode Opcode => (Opcode)(First & 0x0F);

    public bool IsControl => (First & 0x08) != 0;

    /// <summary>
    /// Reads what does not depend on the connection's state. A fault is told as soon as the octet that shows it is there; an incomplete
    /// header without a fault gives None and a header of <see cref="Length"/> 0.
    /// </summary>
    public static FrameViolation TryRead(ReadOnlySpan<byte> bytes, bool requireMask, out FrameHeader header)
    {
        header = default;
        if (bytes.IsEmpty)
            return FrameViolation.None;

        var first = bytes[0];
        if ((first & 0x30) != 0)
            return FrameViolation.ReservedBit;
        if ((first & 0x07) > 2)
            return FrameViolation.ReservedOpcode;

        var control = (first & 0x08) != 0;
        if (control && (first & 0x80) == 0)
            return FrameViolation.ControlFragmented;
        if (bytes.Length < 2)
            return FrameViolation.None;

        var second = bytes[1];
        var masked = (second & 0x80) != 0;
        if (masked != requireMask)
            return requireMask ? FrameViolation.MaskMissing : FrameViolation.MaskUnexpected;

        long payloadLength = second & 0x7F;
        if (control && payloadLength > FrameWriter.MaxControlPayloadBytes)
            return FrameViolation.ControlTooLong;

        var length = 2;
        if (payloadLength == 126)
        {
            if (bytes.Length < 4)
                return FrameViolation.None;
            payloadLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            if (payloadLength < 126)
                return FrameViolation.LengthNotMinimal;
            length = 4;
        }
        else if (payloadLength == 127)
        {
            if (bytes.Length > 2 && bytes[2] >= 0x80)
                return FrameViolation.LengthNegative;
            if (bytes.Length < 10)
                return FrameViolation.None;
            payloadLength = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            if (payloadLength <= ushort.MaxValue)
                return FrameViolation.LengthNotMinimal;
            length = 10;
        }

        uint key = 0;
        if (masked)
        {
            // The length is known before the key has come: a frame that is too long is refused now (see MessageReader.Admit).
            if (bytes.Length >= length + 4)
                key = BinaryPrimitives.ReadUInt32LittleEndian(bytes[length..]);
            else
            {
                header = new FrameHeader(first, payloadLength, 0, 0);
                return FrameViolation.None;
            }

            length += 4;
        }

        header = new FrameHeader(first, payloadLength, key, length);
        return FrameViolation.None;
    }
}
