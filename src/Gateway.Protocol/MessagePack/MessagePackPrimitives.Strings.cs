using System.Text;
using System.Text.Unicode;

namespace Gateway.Protocol.MessagePack;

// Layout (spec, "str format family"): header, then UTF-8.
//   0xA0..0xBF  length in the low 5 bits
//   0xD9 length8   0xDA length16   0xDB length32
public static partial class MessagePackPrimitives
{
    /// <summary>Reads a string and checks that it is UTF-8.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="utf8">The bytes of the string, a part of <paramref name="source"/>.</param>
    /// <param name="size">The bytes the value takes, header included.</param>
    /// <returns>
    /// <see cref="DecodeStatus.Malformed"/> when it is not UTF-8, <see cref="DecodeStatus.Overflow"/> when its length is
    /// above 2³¹−1.
    /// </returns>
    public static DecodeStatus TryReadString(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> utf8, out int size)
    {
        var status = Slice(source, TryReadStringHeader(source, out var length, out size), length, ref size, out utf8);
        if (status != DecodeStatus.Success || Utf8.IsValid(utf8))
            return status;

        utf8 = default;
        size = 0;
        return DecodeStatus.Malformed;
    }

    /// <summary>Reads the header of a string; the bytes behind it are not looked at and may be missing.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="length">The bytes of the string.</param>
    /// <param name="size">The bytes of the header.</param>
    /// <returns><see cref="DecodeStatus.Overflow"/> when the length is above 2³¹−1.</returns>
    public static DecodeStatus TryReadStringHeader(ReadOnlySpan<byte> source, out int length, out int size)
    {
        if (source.IsEmpty)
            return Fail(DecodeStatus.InsufficientBuffer, out length, out size);

        var code = source[0];
        switch (code)
        {
            case >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr:
                length = code & 0x1f;
                size = 1;
                return DecodeStatus.Success;
            case >= MessagePackCode.Str8 and <= MessagePackCode.Str32:
                return ReadLength(source, code - MessagePackCode.Str8, out length, out size);
            default:
                return Fail(DecodeStatus.TokenMismatch, out length, out size);
        }
    }

    /// <summary>Writes a string as UTF-8; an unpaired surrogate becomes U+FFFD, since UTF-8 has no form for it.</summary>
    /// <param name="destination">Where to write; 5 + 3 × the length suffice for any string.</param>
    /// <param name="value">The string.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteString(Span<byte> destination, ReadOnlySpan<char> value, out int written)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (destination.Length < length || !TryWriteStringHeader(destination, length, out var header)
            || destination.Length - header < length)
        {
            return Short(out written);
        }

        Encoding.UTF8.GetBytes(value, destination[header..]);
        written = header + length;
        return true;
    }

    /// <summary>Writes a string that is UTF-8 already.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="utf8">The string; that it is UTF-8 is the caller's promise and is not checked.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short.</returns>
    public static bool TryWriteStringUtf8(Span<byte> destination, ReadOnlySpan<byte> utf8, out int written) =>
        TryWriteStringHeader(destination, utf8.Length, out var header)
            ? TryAppend(destination, header, utf8, out written)
            : Short(out written);

    /// <summary>Writes the header of a string in its shortest form.</summary>
    /// <param name="destination">Where to write; 5 bytes suffice.</param>
    /// <param name="length">The bytes of the string.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too short for the header.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static bool TryWriteStringHeader(Span<byte> destination, int length, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return length switch
        {
            <= 31 => TryWriteCode(destination, (byte)(MessagePackCode.MinFixStr | length), out written),
            <= byte.MaxValue => TryWrite8(destination, MessagePackCode.Str8, (byte)length, out written),
            <= ushort.MaxValue => TryWrite16(destination, MessagePackCode.Str16, (ushort)length, out written),
            _ => TryWrite32(destination, MessagePackCode.Str32, (uint)length, out written),
        };
    }
}
