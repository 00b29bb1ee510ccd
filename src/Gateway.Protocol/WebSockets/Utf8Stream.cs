using System.Text.Unicode;

namespace Gateway.Protocol.WebSockets;

/// <summary>Checks UTF-8 (RFC 3629) that arrives in pieces and says no at the first octet that cannot be right.</summary>
internal static class Utf8Stream
{
    /// <summary>
    /// Checks text that may end within a character. The next call must begin with the <paramref name="incomplete"/> last octets again.
    /// </summary>
    /// <param name="text">Begins at a character.</param>
    /// <param name="incomplete">How many octets at the end (0-3) begin a character that more octets can still complete.</param>
    /// <returns>False if no continuation can make this valid.</returns>
    public static bool IsValidSoFar(ReadOnlySpan<byte> text, out int incomplete)
    {
        incomplete = IncompleteTail(text);
        return incomplete == 0
            ? Utf8.IsValid(text)
            : Utf8.IsValid(text[..^incomplete]) && CanBegin(text[^incomplete..]);
    }

    /// <summary>Finds a lead octet in the last three that announces more octets than follow it.</summary>
    private static int IncompleteTail(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back <= text.Length; back++)
        {
            var octet = text[^back];
            if (octet < 0x80)
                return 0;
            if (octet < 0xC0)
                continue; // a continuation octet: its lead is further back

            var needed = octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
            return needed > back ? back : 0;
        }

        return 0;
    }

    /// <summary>
    /// RFC 3629 section 4: C0, C1 and F5-FF never occur; the octet after E0, ED, F0 and F4 is limited, which keeps out overlong forms,
    /// surrogates and what lies above U+10FFFF. Octets after the first are continuation octets already (see IncompleteTail).
    /// </summary>
    private static bool CanBegin(ReadOnlySpan<byte> start)
    {
        var lead = start[0];
        if (lead is < 0xC2 or > 0xF4)
            return false;
        if (start.Length == 1)
            return true;

        var second = start[1];
        return lead switch
        {
            0xE0 => second >= 0xA0,
            0xED => second <= 0x9F,
            0xF0 => second >= 0x90,
            0xF4 => second <= 0x8F,
            _ => true,
        };
    }
}
