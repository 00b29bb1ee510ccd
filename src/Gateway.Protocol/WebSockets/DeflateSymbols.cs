namespace Gateway.Protocol.WebSockets;

/// <summary>What the symbols of DEFLATE mean (RFC 1951 3.2.5), as entries of a <see cref="HuffmanTable"/>.</summary>
internal static class DeflateSymbols
{
    /// <summary>The symbol of the literal code that ends a block.</summary>
    public const int EndOfBlock = 256;

    private static readonly uint[] LiteralEntries = MakeLiterals();
    private static readonly uint[] DistanceEntries = MakeDistances();
    private static readonly uint[] PrecodeEntries = MakePrecodes();

    /// <summary>Order of the precode's lengths (3.2.7).</summary>
    public static ReadOnlySpan<byte> PrecodeOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>288 symbols: octets, end of block, lengths; the last two never occur.</summary>
    public static ReadOnlySpan<uint> Literals => LiteralEntries;

    /// <summary>32 symbols; the last two never occur.</summary>
    public static ReadOnlySpan<uint> Distances => DistanceEntries;

    /// <summary>19 symbols: code lengths and repetitions.</summary>
    public static ReadOnlySpan<uint> Precodes => PrecodeEntries;

    private static uint[] MakeLiterals()
    {
        var entries = new uint[288];
        for (var octet = 0u; octet < 256; octet++)
            entries[octet] = (octet << 16) | HuffmanTable.Literal;
        entries[EndOfBlock] = HuffmanTable.Special;

        // 257-264: lengths 3-10; then groups of four share a number of extra bits; 285 is 258 alone.
        var length = 3u;
        for (var symbol = 257; symbol < 285; symbol++)
        {
            var extra = symbol < 265 ? 0 : (symbol - 261) / 4;
            entries[symbol] = (length << 16) | ((uint)extra << 8);
            length += 1u << extra;
        }

        entries[285] = 258u << 16;
        entries[286] = entries[287] = (1u << 16) | HuffmanTable.Special;
        return entries;
    }

    private static uint[] MakeDistances()
    {
        var entries = new uint[32];
        var distance = 1u;
        for (var symbol = 0; symbol < 30; symbol++)
        {
            var extra = symbol < 4 ? 0 : (symbol - 2) / 2;
            entries[symbol] = (distance << 16) | ((uint)extra << 8);
            distance += 1u << extra;
        }

        entries[30] = entries[31] = (1u << 16) | HuffmanTable.Special;
        return entries;
    }

    private static uint[] MakePrecodes()
    {
        var entries = new uint[19];
        for (var symbol = 0u; symbol < entries.Length; symbol++)
            entries[symbol] = (symbol << 16) | HuffmanTable.Literal;
        return entries;
    }
}
