namespace Gateway.Protocol.MessagePack;

// Layout (spec, "array format family" and "map format family"): header, then `count` elements, or `count` times key, value.
//   array  0x90..0x9F count in the low 4 bits   0xDC count16   0xDD count32
//   map    0x80..0x8F count in the low 4 bits   0xDE count16   0xDF count32
public static partial class MessagePackPrimitives
{
    /// <summary>Reads the header of an array. The elements are not looked at: compare the count with the bytes left before reserving memory for it.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="size">The bytes of the header.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the count is above 2³¹−1.</returns>
    public static DecodeStatus TryReadArrayHeader(ReadOnlySpan<byte> source, out int count, out int size)
    {
        if (source.IsEmpty)
            return Fail(DecodeStatus.InsufficientBuffer, out count, out size);

        var code = source[0];
        switch (code)
        {
            case >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray:
                count = code & 0x0f;
                size = 1;
                return DecodeStatus.Success;
            case MessagePackCode.Array16 or MessagePackCode.Array32:
                return ReadLength(source, 1 + code - MessagePackCode.Array16, out count, out size);
            default:
                return Fail(DecodeStatus.TokenMismatch, out count, out size);
        }
    }

    /// <summary>Reads the header of a map. The entries are not looked at: compare the count with the bytes left before reserving memory for it.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="count">The number of entries, each of a key and a value.</param>
    /// <param name="size">The bytes of the header.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the count is above 2³¹−1.</returns>
    public static DecodeStatus TryReadMapHeader(ReadOnlySpan<byte> source, out int count, out int size)
    {
        if (source.IsEmpty)
            return Fail(DecodeStatus.InsufficientBuffer, out count, out size);

        var code = source[0];
        switch (code)
        {
            case >= MessagePackCode.MinFixMap and <= MessagePackCode.MaxFixMap:
                count = code & 0x0f;
                size = 1;
                return DecodeStatus.Success;
            case MessagePackCode.Map16 or MessagePackCode.Map32:
                return ReadLength(source, 1 + code - MessagePackCode.Map16, out count, out size);
            default:
                return Fail(DecodeStatus.TokenMismatch, out count, out size);
        }
    }

    /// <summary>Writes the header of an array; <paramref name="count"/> values must follow.</summary>
    /// <param name="destination">Where to write; 5 bytes suffice.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static bool TryWriteArrayHeader(Span<byte> destination, int count, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count switch
        {
            <= 15 => TryWriteCode(destination, (byte)(MessagePackCode.MinFixArray | count), out written),
            <= ushort.MaxValue => TryWrite16(destination, MessagePackCode.Array16, (ushort)count, out written),
            _ => TryWrite32(destination, MessagePackCode.Array32, (uint)count, out written),
        };
    }

    /// <summary>Writes the header of a map; <paramref name="count"/> times a key and a value must follow.</summary>
    /// <param name="destination">Where to write; 5 bytes suffice.</param>
    /// <param name="count">The number of entries.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static bool TryWriteMapHeader(Span<byte> destination, int count, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count switch
        {
            <= 15 => TryWriteCode(destination, (byte)(MessagePackCode.MinFixMap | count), out written),
            <= ushort.MaxValue => TryWrite16(destination, MessagePackCode.Map16, (ushort)count, out written),
            _ => TryWrite32(destination, MessagePackCode.Map32, (uint)count, out written),
        };
    }
}
