using System.Buffers.Binary;

namespace Gateway.Protocol.MessagePack;

// Layout (spec, "bin format family"): 0xC4 length8, 0xC5 length16, 0xC6 length32, then the bytes.
public static partial class MessagePackPrimitives
{
    /// <summary>Reads a byte string.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="value">The bytes, a part of <paramref name="source"/>.</param>
    /// <param name="size">The bytes the value takes, header included.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the length is above 2³¹−1.</returns>
    public static DecodeStatus TryReadBinary(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> value, out int size) =>
        Slice(source, TryReadBinaryHeader(source, out var length, out size), length, ref size, out value);

    /// <summary>Reads the header of a byte string; the bytes behind it are not looked at and may be missing.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="length">The bytes of the byte string.</param>
    /// <param name="size">The bytes of the header.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the length is above 2³¹−1.</returns>
    public static DecodeStatus TryReadBinaryHeader(ReadOnlySpan<byte> source, out int length, out int size)
    {
        if (source.IsEmpty)
            return Fail(DecodeStatus.InsufficientBuffer, out length, out size);

        var code = source[0];
        return code is >= MessagePackCode.Bin8 and <= MessagePackCode.Bin32
            ? ReadLength(source, code - MessagePackCode.Bin8, out length, out size)
            : Fail(DecodeStatus.TokenMismatch, out length, out size);
    }

    /// <summary>Writes a byte string.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteBinary(Span<byte> destination, ReadOnlySpan<byte> value, out int written) =>
        TryWriteBinaryHeader(destination, value.Length, out var header)
            ? TryAppend(destination, header, value, out written)
            : Short(out written);

    /// <summary>Writes the header of a byte string in its shortest form.</summary>
    /// <param name="destination">Where to write; 5 bytes suffice.</param>
    /// <param name="length">The bytes of the byte string.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short for the header.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static bool TryWriteBinaryHeader(Span<byte> destination, int length, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return length switch
        {
            <= byte.MaxValue => TryWrite8(destination, MessagePackCode.Bin8, (byte)length, out written),
            <= ushort.MaxValue => TryWrite16(destination, MessagePackCode.Bin16, (ushort)length, out written),
            _ => TryWrite32(destination, MessagePackCode.Bin32, (uint)length, out written),
        };
    }

    /// <summary>Reads a length or count of 1, 2 or 4 bytes (<paramref name="widthLog2"/> 0, 1, 2) behind the code byte.</summary>
    private static DecodeStatus ReadLength(ReadOnlySpan<byte> source, int widthLog2, out int length, out int size)
    {
        var headerSize = 1 + (1 << widthLog2);
        if (source.Length < headerSize)
            return Fail(DecodeStatus.InsufficientBuffer, out length, out size);

        length = widthLog2 switch
        {
            0 => source[1],
            1 => BinaryPrimitives.ReadUInt16BigEndian(source[1..]),
            _ => BinaryPrimitives.ReadInt32BigEndian(source[1..]),
        };
        if (length < 0)
            return Fail(DecodeStatus.Overflow, out length, out size);
        size = headerSize;
        return DecodeStatus.Success;
    }

    private static DecodeStatus Fail(DecodeStatus status, out int length, out int size)
    {
        length = 0;
        size = 0;
        return status;
    }

    /// <summary>Takes the bytes behind a header of <paramref name="size"/> bytes and adds them to <paramref name="size"/>.</summary>
    private static DecodeStatus Slice(
        ReadOnlySpan<byte> source, DecodeStatus header, int length, scoped ref int size, out ReadOnlySpan<byte> value)
    {
        if (header == DecodeStatus.Success && source.Length - size < length)
            header = DecodeStatus.InsufficientBuffer;
        if (header != DecodeStatus.Success)
        {
            size = 0;
            value = default;
            return header;
        }

        value = source.Slice(size, length);
        size += length;
        return DecodeStatus.Success;
    }

    private static bool TryAppend(Span<byte> destination, int header, ReadOnlySpan<byte> body, out int written)
    {
        if (!body.TryCopyTo(destination[header..]))
            return Short(out written);
        written = header + body.Length;
        return true;
    }
}
