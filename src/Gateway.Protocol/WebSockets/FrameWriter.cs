using System.Buffers.Binary;
using System.Text.Unicode;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Writes frames (RFC 6455 5.2):
/// <code>
/// FIN RSV1 0 0 opcode(4) | MASK length(7) | length(16 if 126, 64 if 127; big-endian, shortest form) | key(32 if MASK) | payload
/// </code>
/// </summary>
/// <remarks>Hot path; measured by FrameWriterBenchmarks.</remarks>
public static class FrameWriter
{
    /// <summary>Longest header without a mask: 2 octets and a 64-bit length.</summary>
    public const int MaxServerHeaderBytes = 10;

    /// <summary>Longest header with a mask.</summary>
    public const int MaxClientHeaderBytes = 14;

    /// <summary>Longest payload of a control frame (5.5).</summary>
    public const int MaxControlPayloadBytes = 125;

    /// <summary>Longest unmasked control frame.</summary>
    public const int MaxControlFrameBytes = 2 + MaxControlPayloadBytes;

    private const byte Fin = 0x80;
    private const byte Rsv1 = 0x40;
    private const byte MaskBit = 0x80;

    /// <summary>Octets of an unmasked header for a payload of this length: 2, 4 or 10.</summary>
    public static int HeaderLength(long payloadLength) => payloadLength switch
    {
        <= 125 => 2,
        <= ushort.MaxValue => 4,
        _ => 10,
    };

    /// <summary>Writes an unmasked header and returns its length.</summary>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static int WriteHeader(Span<byte> destination, Opcode opcode, long payloadLength, bool fin = true, bool rsv1 = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        var length = HeaderLength(payloadLength);
        if (destination.Length < length)
            ThrowTooSmall();

        destination[0] = (byte)((byte)opcode | (fin ? Fin : 0) | (rsv1 ? Rsv1 : 0));
        switch (length)
        {
            case 2:
                destination[1] = (byte)payloadLength;
                break;
            case 4:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                break;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
                break;
        }

        return length;
    }

    /// <summary>Writes a client's header, the key included, and returns its length. The payload must go through <see cref="Masking"/>.</summary>
    /// <param name="destination">Room for the header.</param>
    /// <param name="opcode">What the frame is.</param>
    /// <param name="payloadLength">Octets that follow the header.</param>
    /// <param name="maskKey">The key as <see cref="Masking.Apply"/> takes it.</param>
    /// <param name="fin">Whether this is the message's last frame.</param>
    /// <param name="rsv1">Whether the message is compressed.</param>
    public static int WriteMaskedHeader(
        Span<byte> destination, Opcode opcode, long payloadLength, uint maskKey, bool fin = true, bool rsv1 = false)
    {
        if (destination.Length < HeaderLength(payloadLength) + 4)
            ThrowTooSmall();

        var length = WriteHeader(destination, opcode, payloadLength, fin, rsv1);
        destination[1] |= MaskBit;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[length..], maskKey);
        return length + 4;
    }

    /// <summary>Writes a whole unmasked ping, pong or close frame and returns its length, at most <see cref="MaxControlFrameBytes"/>.</summary>
    public static int WriteControl(Span<byte> destination, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxControlPayloadBytes);
        var length = WriteHeader(destination, opcode, payload.Length);
        payload.CopyTo(destination[length..]);
        return length + payload.Length;
    }

    /// <summary>
    /// Writes a whole unmasked close frame (5.5.1: code, big-endian, then the reason in UTF-8) and returns its length. A reason too long
    /// for a control frame is cut between two characters; what is not valid UTF-16 becomes U+FFFD. With <see cref="CloseCode.NoStatus"/>
    /// or <see cref="CloseCode.None"/> the payload is empty.
    /// </summary>
    /// <param name="destination">At least <see cref="MaxControlFrameBytes"/> octets.</param>
    /// <param name="code">A code that is valid on the wire, or none.</param>
    /// <param name="reason">A sentence for people; not for programs to rely on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code must not be on the wire.</exception>
    public static int WriteClose(Span<byte> destination, CloseCode code, ReadOnlySpan<char> reason)
    {
        if (destination.Length < MaxControlFrameBytes)
            ThrowTooSmall();
        if (code is CloseCode.NoStatus or CloseCode.None)
            return WriteHeader(destination, Opcode.Close, 0);
        if (!CloseCodes.IsValidOnWire((ushort)code))
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code must not be sent in a close frame.");

        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)code);
        Utf8.FromUtf16(reason, destination[4..MaxControlFrameBytes], out _, out var reasonBytes);
        WriteHeader(destination, Opcode.Close, 2 + reasonBytes);
        return 4 + reasonBytes;
    }

    private static void ThrowTooSmall() => throw new ArgumentException("The destination is too small for the frame.", "destination");
}
