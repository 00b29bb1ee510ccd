namespace Gateway.Protocol.MessagePack;

// Layout (spec, "ext format family"): header, type (signed byte), data.
//   0xD4 1 byte   0xD5 2   0xD6 4   0xD7 8   0xD8 16
//   0xC7 length8  0xC8 length16  0xC9 length32
public static partial class MessagePackPrimitives
{
    /// <summary>Reads an extension of any type, timestamps included.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="type">0 to 127 belong to the application, −1 to −128 to the specification.</param>
    /// <param name="data">The data, a part of <paramref name="source"/>; not looked at.</param>
    /// <param name="size">The bytes the value takes, header included.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the length is above 2³¹−1.</returns>
    public static DecodeStatus TryReadExtension(ReadOnlySpan<byte> source, out sbyte type, out ReadOnlySpan<byte> data, out int size)
    {
        var status = Slice(source, TryReadExtensionHeader(source, out type, out var length, out size), length, ref size, out data);
        if (status != DecodeStatus.Success)
            type = 0;
        return status;
    }

    /// <summary>Reads the header of an extension; the data behind it is not looked at and may be missing.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="type">The type of the extension.</param>
    /// <param name="length">The bytes of data.</param>
    /// <param name="size">The bytes of the header, the type included.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the length is above 2³¹−1.</returns>
    public static DecodeStatus TryReadExtensionHeader(ReadOnlySpan<byte> source, out sbyte type, out int length, out int size)
    {
        type = 0;
        if (source.IsEmpty)
            return Fail(DecodeStatus.InsufficientBuffer, out length, out size);

        var code = source[0];
        switch (code)
        {
            case >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16:
                length = 1 << (code - MessagePackCode.FixExt1);
                size = 1;
                break;
            case >= MessagePackCode.Ext8 and <= MessagePackCode.Ext32:
                var status = ReadLength(source, code - MessagePackCode.Ext8, out length, out size);
                if (status != DecodeStatus.Success)
                    return status;
                break;
            default:
                return Fail(DecodeStatus.TokenMismatch, out length, out size);
        }

        if (source.Length <= size)
            return Fail(DecodeStatus.InsufficientBuffer, out length, out size);
        type = (sbyte)source[size++];
        return DecodeStatus.Success;
    }

    /// <summary>Writes an extension in its shortest form.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="type">0 to 127 for the application; −1 is the timestamp, for which there is <see cref="TryWriteTimestamp"/>.</param>
    /// <param name="data">The data.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteExtension(Span<byte> destination, sbyte type, ReadOnlySpan<byte> data, out int written) =>
        TryWriteExtensionHeader(destination, type, data.Length, out var header)
            ? TryAppend(destination, header, data, out written)
            : Short(out written);

    /// <summary>Writes the header of an extension in its shortest form: a fixext where there is one of that length.</summary>
    /// <param name="destination">Where to write; 6 bytes suffice.</param>
    /// <param name="type">The type of the extension.</param>
    /// <param name="length">The bytes of data.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short for the header.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static bool TryWriteExtensionHeader(Span<byte> destination, sbyte type, int length, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var fits = length switch
        {
            1 => TryWriteCode(destination, MessagePackCode.FixExt1, out written),
            2 => TryWriteCode(destination, MessagePackCode.FixExt2, out written),
            4 => TryWriteCode(destination, MessagePackCode.FixExt4, out written),
            8 => TryWriteCode(destination, MessagePackCode.FixExt8, out written),
            16 => TryWriteCode(destination, MessagePackCode.FixExt16, out written),
            <= byte.MaxValue => TryWrite8(destination, MessagePackCode.Ext8, (byte)length, out written),
            <= ushort.MaxValue => TryWrite16(destination, MessagePackCode.Ext16, (ushort)length, out written),
            _ => TryWrite32(destination, MessagePackCode.Ext32, (uint)length, out written),
        };
        if (!fits || destination.Length <= written)
            return Short(out written);
        destination[written++] = (byte)type;
        return true;
    }
}
