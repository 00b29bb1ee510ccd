namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Decoding table of one canonical Huffman code (RFC 1951 3.2.2): the next <see cref="RootBits"/> bits of the stream index the root table;
/// codes longer than that lead on to a second table, indexed by the bits that follow.
/// </summary>
/// <remarks>
/// An entry is 32 bits: value (31-16) | flags (15-13) | extra bits (12-8) | bits to consume (7-0). For a literal the value is the octet, for
/// a length or distance its base, for a second table its place.
/// </remarks>
internal sealed class HuffmanTable
{
    /// <summary>Value is an octet, or with precodes a code length.</summary>
    public const uint Literal = 1 << 13;

    /// <summary>Value is where the second table begins, extra bits how many bits index it.</summary>
    public const uint Second = 1 << 14;

    /// <summary>Value 0: end of block. Value 1: no such code.</summary>
    public const uint Special = 1 << 15;

    private const uint NoSuchCode = (1 << 16) | Special;
    private const int MaxCodeBits = 15;
    private const int MaxSymbols = 288;

    private readonly uint[] _entries;
    private readonly int _maxRootBits;

    /// <summary>Makes room for a table; it decodes nothing until it is built.</summary>
    /// <param name="maxRootBits">Most bits of the root table.</param>
    /// <param name="size">
    /// Most entries that the root and second tables can need together, from zlib's `enough` (symbols, root bits, 15).
    /// </param>
    public HuffmanTable(int maxRootBits, int size)
    {
        _maxRootBits = maxRootBits;
        _entries = new uint[size];
    }

    /// <summary>Bits that index the root table; fewer than the maximum when all codes are short, so that short tables are cheap.</summary>
    public int RootBits { get; private set; }

    public ReadOnlySpan<uint> Entries => _entries;

    /// <summary>
    /// Builds the table. Like zlib it takes an incomplete code only if that is a single code of one bit or no code at all.
    /// </summary>
    /// <param name="lengths">Bits of each symbol's code, 0 for none.</param>
    /// <param name="meanings">The entry of each symbol, without its bits to consume.</param>
    /// <param name="mustBeComplete">Refuses the exceptions too: RFC 1951 makes them for literals and distances, not for the precode.</param>
    public bool TryBuild(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> meanings, bool mustBeComplete)
    {
        Span<int> count = stackalloc int[MaxCodeBits + 1];
        count.Clear();
        foreach (var length in lengths)
            count[length]++;
        count[0] = 0;

        var longest = MaxCodeBits;
        while (longest > 0 && count[longest] == 0)
            longest--;

        var left = 1;
        for (var bits = 1; bits <= MaxCodeBits; bits++)
        {
            left = (left << 1) - count[bits];
            if (left < 0)
                return false;
        }

        if (left > 0 && (mustBeComplete || longest > 1))
            return false;

        RootBits = Math.Clamp(longest, 1, _maxRootBits);
        if (left > 0)
            _entries.AsSpan(0, 1 << RootBits).Fill(NoSuchCode | (uint)RootBits);

        Fill(lengths, meanings, count);
        return true;
    }

    /// <summary>Sorts the symbols by code length, then gives out codes in that order; count is used up.</summary>
    private void Fill(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> meanings, Span<int> count)
    {
        Span<int> next = stackalloc int[MaxCodeBits + 1];
        next[0] = 0;
        next[1] = 0;
        for (var bits = 1; bits < MaxCodeBits; bits++)
            next[bits + 1] = next[bits] + count[bits];

        Span<ushort> sorted = stackalloc ushort[MaxSymbols];
        var symbols = 0;
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] == 0)
                continue;
            sorted[next[lengths[symbol]]++] = (ushort)symbol;
            symbols++;
        }

        var entries = _entries;
        var end = 1 << RootBits;    // where the next second table goes
        var code = 0;               // bit-reversed: the stream has the code's first bit lowest
        var secondPrefix = -1;
        var second = 0;
        var secondBits = 0;
        foreach (var symbol in sorted[..symbols])
        {
            int bits = lengths[symbol];
            var entry = meanings[symbol];
            if (bits <= RootBits)
            {
                for (var at = code; at < 1 << RootBits; at += 1 << bits)
                    entries[at] = entry | (uint)bits;
            }
            else
            {
                var prefix = code & ((1 << RootBits) - 1);
                if (prefix != secondPrefix)
                {
                    secondPrefix = prefix;
                    second = end;
                    secondBits = SecondBits(bits, count);
                    end += 1 << secondBits;
                    entries[prefix] = ((uint)second << 16) | Second | ((uint)secondBits << 8) | (uint)RootBits;
                }

                for (var at = code >> RootBits; at < 1 << secondBits; at += 1 << (bits - RootBits))
                    entries[second + at] = entry | (uint)(bits - RootBits);
            }

            count[bits]--;
            code = Next(code, bits);
        }
    }

    /// <summary>Bits of a second table: enough for the codes that are left and share the prefix (they are complete).</summary>
    private int SecondBits(int codeBits, ReadOnlySpan<int> count)
    {
        var bits = codeBits - RootBits;
        var left = 1 << bits;
        while (bits + RootBits < MaxCodeBits)
        {
            left -= count[bits + RootBits];
            if (left <= 0)
                break;
            bits++;
            left <<= 1;
        }

        return bits;
    }

    /// <summary>Adds one to a bit-reversed number of so many bits.</summary>
    private static int Next(int code, int bits)
    {
        var bit = 1 << (bits - 1);
        while ((code & bit) != 0)
            bit >>= 1;
        return bit == 0 ? 0 : (code & (bit - 1)) + bit;
    }
}
