using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gateway.Protocol.MessagePack;

// Layout (spec, "int format family"): one code byte, then the number.
//   0x00..0x7F  the value itself          0xE0..0xFF  the value itself, -32..-1
//   0xCC uint8  0xCD uint16  0xCE uint32  0xCF uint64  (unsigned, big-endian)
//   0xD0 int8   0xD1 int16   0xD2 int32   0xD3 int64   (two's complement, big-endian)
public static partial class MessagePackPrimitives
{
    /// <summary>Reads a whole number of any encoding that fits a <see cref="int"/>.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="size">The bytes the value takes.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the number does not fit.</returns>
    public static DecodeStatus TryReadInt32(ReadOnlySpan<byte> source, out int value, out int size)
    {
        var status = ReadInteger(source, out var bits, out var isAboveInt64, out size);
        value = (int)bits;
        return status != DecodeStatus.Success || (!isAboveInt64 && value == bits) ? status : Overflow(out value, out size);
    }

    /// <summary>Reads a whole number of any encoding that fits a <see cref="long"/>.</summary>
    /// <inheritdoc cref="TryReadInt32"/>
    public static DecodeStatus TryReadInt64(ReadOnlySpan<byte> source, out long value, out int size)
    {
        var status = ReadInteger(source, out value, out var isAboveInt64, out size);
        return isAboveInt64 ? Overflow(out value, out size) : status;
    }

    /// <summary>Reads a whole number of any encoding that fits a <see cref="uint"/>.</summary>
    /// <inheritdoc cref="TryReadInt32"/>
    public static DecodeStatus TryReadUInt32(ReadOnlySpan<byte> source, out uint value, out int size)
    {
        var status = ReadInteger(source, out var bits, out var isAboveInt64, out size);
        value = (uint)bits;
        return status != DecodeStatus.Success || (!isAboveInt64 && value == bits) ? status : Overflow(out value, out size);
    }

    /// <summary>Reads a whole number of any encoding that fits a <see cref="ulong"/>.</summary>
    /// <inheritdoc cref="TryReadInt32"/>
    public static DecodeStatus TryReadUInt64(ReadOnlySpan<byte> source, out ulong value, out int size)
    {
        var status = ReadInteger(source, out var bits, out var isAboveInt64, out size);
        value = (ulong)bits;
        return bits < 0 && !isAboveInt64 ? Overflow(out value, out size) : status;
    }

    /// <summary>Writes a signed number in its shortest form; one that is not negative takes an unsigned form.</summary>
    /// <param name="destination">Where to write; 9 bytes suffice for any number.</param>
    /// <param name="value">The value.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWriteInt64(Span<byte> destination, long value, out int written) =>
        value >= 0 ? TryWriteUInt64(destination, (ulong)value, out written) : TryWriteNegative(destination, value, out written);

    /// <summary>Writes an unsigned number in its shortest form.</summary>
    /// <inheritdoc cref="TryWriteInt64"/>
    public static bool TryWriteUInt64(Span<byte> destination, ulong value, out int written)
    {
        switch (value)
        {
            case <= MessagePackCode.MaxPositiveFixInt:
                return TryWriteCode(destination, (byte)value, out written);
            case <= byte.MaxValue:
                return TryWrite8(destination, MessagePackCode.UInt8, (byte)value, out written);
            case <= ushort.MaxValue:
                return TryWrite16(destination, MessagePackCode.UInt16, (ushort)value, out written);
            case <= uint.MaxValue:
                return TryWrite32(destination, MessagePackCode.UInt32, (uint)value, out written);
            default:
                return TryWrite64(destination, MessagePackCode.UInt64, value, out written);
        }
    }

    private static bool TryWriteNegative(Span<byte> destination, long value, out int written)
    {
        switch (value)
        {
            case >= -32:
                return TryWriteCode(destination, (byte)value, out written);
            case >= sbyte.MinValue:
                return TryWrite8(destination, MessagePackCode.Int8, (byte)value, out written);
            case >= short.MinValue:
                return TryWrite16(destination, MessagePackCode.Int16, (ushort)value, out written);
            case >= int.MinValue:
                return TryWrite32(destination, MessagePackCode.Int32, (uint)value, out written);
            default:
                return TryWrite64(destination, MessagePackCode.Int64, (ulong)value, out written);
        }
    }

    /// <summary>
    /// Reads any whole number. <paramref name="bits"/> is its value, or, when <paramref name="isAboveInt64"/>, its value
    /// as an unsigned number.
    /// </summary>
    private static DecodeStatus ReadInteger(ReadOnlySpan<byte> source, out long bits, out bool isAboveInt64, out int size)
    {
        bits = 0;
        size = 0;
        isAboveInt64 = false;
        if (source.IsEmpty)
            return DecodeStatus.InsufficientBuffer;

        var code = source[0];
        if (code is <= MessagePackCode.MaxPositiveFixInt or >= MessagePackCode.MinNegativeFixInt)
        {
            bits = (sbyte)code;
            size = 1;
            return DecodeStatus.Success;
        }

        if (code is < MessagePackCode.UInt8 or > MessagePackCode.Int64)
            return DecodeStatus.TokenMismatch;

        // 0xCC..0xCF and 0xD0..0xD3 both run through widths of 1, 2, 4, 8 in their two lowest bits.
        var length = 1 + (1 << (code & 3));
        if (source.Length < length)
            return DecodeStatus.InsufficientBuffer;

        var payload = source[1..];
        bits = code switch
        {
            MessagePackCode.UInt8 => payload[0],
            MessagePackCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(payload),
            MessagePackCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(payload),
            MessagePackCode.Int8 => (sbyte)payload[0],
            MessagePackCode.Int16 => BinaryPrimitives.ReadInt16BigEndian(payload),
            MessagePackCode.Int32 => BinaryPrimitives.ReadInt32BigEndian(payload),
            _ => BinaryPrimitives.ReadInt64BigEndian(payload),
        };
        isAboveInt64 = code == MessagePackCode.UInt64 && bits < 0;
        size = length;
        return DecodeStatus.Success;
    }

    private static DecodeStatus Overflow<T>(out T value, out int size)
        where T : struct
    {
        value = default;
        size = 0;
        return DecodeStatus.Overflow;
    }

    private static bool TryWrite8(Span<byte> destination, byte code, byte value, out int written)
    {
        if (destination.Length < 2)
            return Short(out written);
        destination[1] = value;
        destination[0] = code;
        written = 2;
        return true;
    }

    private static bool TryWrite16(Span<byte> destination, byte code, ushort value, out int written)
    {
        if (destination.Length < 3)
            return Short(out written);
        destination[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], value);
        written = 3;
        return true;
    }

    private static bool TryWrite32(Span<byte> destination, byte code, uint value, out int written)
    {
        if (destination.Length < 5)
            return Short(out written);
        destination[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], value);
        written = 5;
        return true;
    }

    private static bool TryWrite64(Span<byte> destination, byte code, ulong value, out int written)
    {
        if (destination.Length < 9)
            return Short(out written);
        destination[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(destination[1..], value);
        written = 9;
        return true;
    }

    private static bool Short(out int written)
    {
        written = 0;
        return false;
    }
}
