namespace Gateway.Nats.Authentication;

/// <summary>Base32 without padding (RFC 4648, section 6).</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        for (var i = 0; i < text.Length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return new string(text);
    }

    /// <summary>False when the text is not of exactly as many bytes as the destination has.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length != ((destination.Length * 8) + 4) / 5)
            return false;
        var buffer = 0;
        var bits = 0;
        var position = 0;
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
                return false;
            buffer = ((buffer << 5) | value) & 0xFFF;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            destination[position++] = (byte)(buffer >> bits);
        }

        return position == destination.Length;
    }
}
