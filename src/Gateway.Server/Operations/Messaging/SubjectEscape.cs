using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Server.Operations.Messaging;

/// <summary>
/// Names within subjects and header values: <c>%</c> and two hexadecimal digits stand for one byte of UTF-8, as in URLs. In a subject, blanks,
/// control characters, <c>*</c>, <c>&gt;</c> and <c>%</c> must be written so, and a dot where NATS would see an empty token; everything else may be.
/// </summary>
internal static class SubjectEscape
{
    // What a subject's token or a header's value holds as it is; the comma parts the items of a list.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~@+=/:;!?$&'()#[]{}|^"u8);

    /// <summary>The bytes that are meant; false for a <c>%</c> without two digits, or more than the destination holds.</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '%')
            {
                if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
                    return false;
                i += 2;
            }

            if (written == destination.Length)
                return false;
            destination[written++] = value;
        }

        return true;
    }

    /// <param name="alsoPlain">Characters that need no escape here, such as the blank in a header.</param>
    public static string Escape(string text, string alsoPlain = "")
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!bytes.AsSpan().ContainsAnyExcept(Plain))
            return text;
        var escaped = new StringBuilder(bytes.Length * 3);
        foreach (var value in bytes)
        {
            if (Plain.Contains(value) || alsoPlain.Contains((char)value, StringComparison.Ordinal))
                escaped.Append((char)value);
            else
                escaped.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
