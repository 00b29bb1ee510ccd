using System.Buffers.Binary;

namespace Gateway.Protocol.MessagePack;

// Layout (spec, "Timestamp extension type"): extension of type -1.
//   timestamp 32: 0xD6 0xFF seconds32                       (0 <= seconds < 2^32, no nanoseconds)
//   timestamp 64: 0xD7 0xFF nanoseconds30 seconds34         (0 <= seconds < 2^34)
//   timestamp 96: 0xC7 0x0C 0xFF nanoseconds32 seconds64    (seconds signed)
public static partial class MessagePackPrimitives
{
    private const int SecondsBitsOfTimestamp64 = 34;

    /// <summary>Reads a timestamp of any of the three lengths, in any extension header that has that length.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="value">The moment.</param>
    /// <param name="size">The bytes the value takes, header included.</param>
    /// <returns>
    /// <see cref="DecodeStatus.TokenMismatch"/> for an extension of another type; <see cref="DecodeStatus.Malformed"/> when
    /// the length is not 4, 8 or 12, or the nanoseconds exceed 999,999,999.
    /// </returns>
    public static DecodeStatus TryReadTimestamp(ReadOnlySpan<byte> source, out MessagePackTimestamp value, out int size)
    {
        value = default;
        var status = TryReadExtensionHeader(source, out var type, out var length, out size);
        if (status == DecodeStatus.Success && type != MessagePackCode.TimestampExtension)
            status = DecodeStatus.TokenMismatch;
        if (status == DecodeStatus.Success && length is not (4 or 8 or 12))
            status = DecodeStatus.Malformed;
        if (status == DecodeStatus.Success && source.Length - size < length)
            status = DecodeStatus.InsufficientBuffer;
        if (status == DecodeStatus.Success && !TryDecodeTimestamp(source.Slice(size, length), out value))
            status = DecodeStatus.Malformed;

        size = status == DecodeStatus.Success ? size + length : 0;
        return status;
    }

    /// <summary>Reads the data of an extension of type −1, as <see cref="TryReadExtension"/> gives it.</summary>
    /// <param name="data">4, 8 or 12 bytes.</param>
    /// <param name="value">The moment.</param>
    /// <returns>False when the length is another one or the nanoseconds exceed 999,999,999.</returns>
    public static bool TryDecodeTimestamp(ReadOnlySpan<byte> data, out MessagePackTimestamp value)
    {
        long seconds;
        uint nanoseconds;
        switch (data.Length)
        {
            case 4:
                seconds = BinaryPrimitives.ReadUInt32BigEndian(data);
                nanoseconds = 0;
                break;
            case 8:
                var both = BinaryPrimitives.ReadUInt64BigEndian(data);
                seconds = (long)(both & ((1UL << SecondsBitsOfTimestamp64) - 1));
                nanoseconds = (uint)(both >> SecondsBitsOfTimestamp64);
                break;
            case 12:
                nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(data);
                seconds = BinaryPrimitives.ReadInt64BigEndian(data[4..]);
                break;
            default:
                value = default;
                return false;
        }

        var isValid = nanoseconds <= MessagePackTimestamp.MaxNanoseconds;
        value = isValid ? new MessagePackTimestamp(seconds, nanoseconds) : default;
        return isValid;
    }

    /// <summary>Writes a timestamp in the shortest of its three forms.</summary>
    /// <param name="destination">Where to write; 15 bytes suffice.</param>
    /// <param name="value">The moment.</param>
    /// <param name="written">The bytes written: 6, 10 or 15.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteTimestamp(Span<byte> destination, MessagePackTimestamp value, out int written)
    {
        var seconds = value.Seconds;
        var length = seconds switch
        {
            >= 0 and <= uint.MaxValue when value.Nanoseconds == 0 => 4,
            >= 0 and < 1L << SecondsBitsOfTimestamp64 => 8,
            _ => 12,
        };
        if (!TryWriteExtensionHeader(destination, MessagePackCode.TimestampExtension, length, out written)
            || destination.Length - written < length)
        {
            return Short(out written);
        }

        var data = destination.Slice(written, length);
        switch (length)
        {
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(data, (uint)seconds);
                break;
            case 8:
                BinaryPrimitives.WriteUInt64BigEndian(data, ((ulong)value.Nanoseconds << SecondsBitsOfTimestamp64) | (ulong)seconds);
                break;
            default:
                BinaryPrimitives.WriteUInt32BigEndian(data, value.Nanoseconds);
                BinaryPrimitives.WriteInt64BigEndian(data[4..], seconds);
                break;
        }

        written += length;
        return true;
    }
}
