namespace Gateway.Protocol.WebSockets;

/// <summary>The code of blocks of type 1 (RFC 1951 3.2.6). Built once, then only read.</summary>
internal static class FixedCode
{
    public static readonly HuffmanTable Literals = MakeLiterals();
    public static readonly HuffmanTable Distances = MakeDistances();

    private static HuffmanTable MakeLiterals()
    {
        var lengths = new byte[288];
        lengths.AsSpan(0, 144).Fill(8);
        lengths.AsSpan(144, 112).Fill(9);
        lengths.AsSpan(256, 24).Fill(7);
        lengths.AsSpan(280, 8).Fill(8);
        return Make(lengths, DeflateSymbols.Literals, rootBits: 9);
    }

    private static HuffmanTable MakeDistances()
    {
        var lengths = new byte[32];
        lengths.AsSpan().Fill(5);
        return Make(lengths, DeflateSymbols.Distances, rootBits: 5);
    }

    private static HuffmanTable Make(byte[] lengths, ReadOnlySpan<uint> meanings, int rootBits)
    {
        var table = new HuffmanTable(rootBits, 1 << rootBits);
        if (!table.TryBuild(lengths, meanings, mustBeComplete: true))
            throw new InvalidOperationException("The fixed code of RFC 1951 is complete.");
        return table;
    }
}
