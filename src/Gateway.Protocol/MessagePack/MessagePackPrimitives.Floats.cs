using System.Buffers.Binary;

namespace Gateway.Protocol.MessagePack;

// Layout (spec, "float format family"): 0xCA and 4 bytes, or 0xCB and 8 bytes, IEEE 754, big-endian.
public static partial class MessagePackPrimitives
{
    /// <summary>Reads a float 32. A float 64 is not narrowed: that could lose digits unseen.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="value">The value, NaN payload bits included.</param>
    /// <param name="size">The bytes the value takes.</param>
    public static DecodeStatus TryReadSingle(ReadOnlySpan<byte> source, out float value, out int size)
    {
        value = 0;
        size = 0;
        if (source.IsEmpty)
            return DecodeStatus.InsufficientBuffer;
        if (source[0] != MessagePackCode.Float32)
            return DecodeStatus.TokenMismatch;
        if (source.Length < 5)
            return DecodeStatus.InsufficientBuffer;
        value = BinaryPrimitives.ReadSingleBigEndian(source[1..]);
        size = 5;
        return DecodeStatus.Success;
    }

    /// <summary>
    /// Reads a float 64, a float 32 or a whole number. Writers in languages with one kind of number send 3.0 as the integer
    /// 3. Whole numbers beyond ±2⁵³ are rounded to the nearest double.
    /// </summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="size">The bytes the value takes.</param>
    public static DecodeStatus TryReadDouble(ReadOnlySpan<byte> source, out double value, out int size)
    {
        value = 0;
        size = 0;
        if (source.IsEmpty)
            return DecodeStatus.InsufficientBuffer;

        switch (source[0])
        {
            case MessagePackCode.Float64:
                if (source.Length < 9)
                    return DecodeStatus.InsufficientBuffer;
                value = BinaryPrimitives.ReadDoubleBigEndian(source[1..]);
                size = 9;
                return DecodeStatus.Success;
            case MessagePackCode.Float32:
                var single = TryReadSingle(source, out var narrow, out size);
                value = narrow;
                return single;
            default:
                var integer = ReadInteger(source, out var bits, out var isAboveInt64, out size);
                value = isAboveInt64 ? (ulong)bits : bits;
                return integer;
        }
    }

    /// <summary>Writes a float 32.</summary>
    /// <param name="destination">Where to write: 5 bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteSingle(Span<byte> destination, float value, out int written) =>
        TryWrite32(destination, MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value), out written);

    /// <summary>Writes a float 64, always as such: a whole number stays a float, so that its kind survives.</summary>
    /// <param name="destination">Where to write: 9 bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteDouble(Span<byte> destination, double value, out int written) =>
        TryWrite64(destination, MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value), out written);
}
