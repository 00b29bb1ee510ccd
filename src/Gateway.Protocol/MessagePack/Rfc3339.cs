using System.Globalization;

namespace Gateway.Protocol.MessagePack;

/// <summary>The text form of a timestamp in JSON: <c>2026-01-02T03:04:05.123456789Z</c> (RFC 3339, section 5.6, with Z only).</summary>
internal static class Rfc3339
{
    /// <summary>Date, T, time: 19; point and nine digits: 10; Z: 1.</summary>
    public const int MaxLength = 30;

    private const int LengthWithoutFraction = 20;
    private const int FractionDigits = 9;

    /// <summary>Writes the shortest form: no fraction when there is none, else without zeros at its end.</summary>
    /// <returns>False when the moment lies outside the years 1 to 9999.</returns>
    public static bool TryFormat(MessagePackTimestamp value, Span<byte> destination, out int written)
    {
        written = 0;
        if (!value.TryToDateTimeOffset(out var moment)
            || !moment.TryFormat(destination, out var length, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture))
        {
            return false;
        }

        if (value.Nanoseconds != 0)
        {
            destination[length++] = (byte)'.';
            value.Nanoseconds.TryFormat(destination[length..], out var digits, "D9", CultureInfo.InvariantCulture);
            length += digits;
            while (destination[length - 1] == '0')
                length--;
        }

        destination[length++] = (byte)'Z';
        written = length;
        return true;
    }

    /// <summary>Reads what <see cref="TryFormat"/> writes, with any fraction of 1 to 9 digits. A leap second is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out MessagePackTimestamp value)
    {
        value = default;
        if (text.Length is < LengthWithoutFraction or > MaxLength || text[^1] != 'Z'
            || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute)
            || !TryDigits(text[17..19], out var second) || !TryFraction(text[19..^1], out var nanoseconds))
        {
            return false;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var moment = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        value = new MessagePackTimestamp(moment.ToUnixTimeSeconds(), (uint)nanoseconds);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text.IsEmpty)
            return true;
        if (text[0] != '.' || text.Length == 1 || !TryDigits(text[1..], out nanoseconds))
            return false;
        for (var digits = text.Length - 1; digits < FractionDigits; digits++)
            nanoseconds *= 10;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c))
                return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
