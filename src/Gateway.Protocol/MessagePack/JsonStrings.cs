using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Protocol.MessagePack;

/// <summary>What <see cref="Utf8JsonReader"/> leaves unchecked in strings until they are read, when it would throw.</summary>
internal static class JsonStrings
{
    private const int EscapeLength = 6; // \uXXXX

    /// <summary>Whether the string is UTF-8 and its escapes name whole characters: no half of a surrogate pair (RFC 8259, section 8.2).</summary>
    public static bool IsUnicode(scoped ref Utf8JsonReader reader) =>
        Utf8.IsValid(reader.ValueSpan) && (!reader.ValueIsEscaped || HasWholePairs(reader.ValueSpan));

    private static bool HasWholePairs(ReadOnlySpan<byte> text)
    {
        // The reader has checked that every escape is complete.
        for (var i = text.IndexOf((byte)'\\'); i >= 0;)
        {
            var isPairFirst = false;
            if (IsEscapedUnit(text[i..], out var unit))
            {
                if (char.IsLowSurrogate(unit))
                    return false;
                isPairFirst = char.IsHighSurrogate(unit);
                i += EscapeLength;
                if (isPairFirst && (!IsEscapedUnit(text[i..], out unit) || !char.IsLowSurrogate(unit)))
                    return false;
            }
            else
            {
                i += 2;
            }

            if (isPairFirst)
                i += EscapeLength;
            var next = text[i..].IndexOf((byte)'\\');
            i = next < 0 ? -1 : i + next;
        }

        return true;
    }

    private static bool IsEscapedUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < EscapeLength || text[0] != '\\' || text[1] != 'u'
            || !Utf8Parser.TryParse(text[2..EscapeLength], out ushort value, out _, 'x'))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
