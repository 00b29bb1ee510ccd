using System.Buffers.Text;

namespace Gateway.LoadTest.Clients;

/// <summary>
/// Reads a message of a room out of a JSON frame without a parser: <c>[11,number,offset,"event","payload",…]</c>. What looks otherwise is left to
/// the protocol's reader.
/// </summary>
internal static class JsonMessage
{
    public static bool TryRead(ReadOnlySpan<byte> frame, out int number, out long offset, out ReadOnlySpan<byte> payload)
    {
        number = 0;
        offset = 0;
        payload = default;
        if (!frame.StartsWith("[11,"u8))
            return false;
        var rest = frame[4..];
        return Utf8Parser.TryParse(rest, out number, out var used) && TryStep(ref rest, used, (byte)',')
            && Utf8Parser.TryParse(rest, out offset, out used) && TryStep(ref rest, used, (byte)',')
            && TryReadText(ref rest, out _) && TryStep(ref rest, 0, (byte)',')
            && TryReadText(ref rest, out payload);
    }

    private static bool TryStep(scoped ref ReadOnlySpan<byte> frame, int used, byte expected)
    {
        if (used >= frame.Length || frame[used] != expected)
            return false;
        frame = frame[(used + 1)..];
        return true;
    }

    /// <summary>A string without escapes, which is all that a load test sends.</summary>
    private static bool TryReadText(scoped ref ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (frame.Length == 0 || frame[0] != '"')
            return false;
        var end = frame[1..].IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || frame[end + 1] != '"')
            return false;
        text = frame.Slice(1, end);
        frame = frame[(end + 2)..];
        return true;
    }
}
