using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>Values and their bytes by the specification: every format, and each boundary between two.</summary>
internal static class GoldenBytes
{
    private static readonly (object? Value, string Hex)[] Pairs =
    [
        (null, "c0"), (false, "c2"), (true, "c3"),

        // int family
        (0L, "00"), (1L, "01"), (127L, "7f"),
        (128L, "cc80"), (255L, "ccff"), (256L, "cd0100"), (65535L, "cdffff"),
        (65536L, "ce00010000"), (4294967295L, "ceffffffff"),
        (4294967296L, "cf0000000100000000"), (9007199254740993L, "cf0020000000000001"),
        (long.MaxValue, "cf7fffffffffffffff"), (9223372036854775808UL, "cf8000000000000000"), (ulong.MaxValue, "cfffffffffffffffff"),
        (-1L, "ff"), (-32L, "e0"), (-33L, "d0df"), (-128L, "d080"), (-129L, "d1ff7f"), (-32768L, "d18000"),
        (-32769L, "d2ffff7fff"), (-2147483648L, "d280000000"),
        (-2147483649L, "d3ffffffff7fffffff"), (long.MinValue, "d38000000000000000"),

        // float family
        (0f, "ca00000000"), (-0f, "ca80000000"), (1.5f, "ca3fc00000"), (float.MaxValue, "ca7f7fffff"), (float.Epsilon, "ca00000001"),
        (float.PositiveInfinity, "ca7f800000"), (float.NegativeInfinity, "caff800000"), (float.NaN, "caffc00000"),
        (0d, "cb0000000000000000"), (-0d, "cb8000000000000000"), (1d, "cb3ff0000000000000"), (0.1, "cb3fb999999999999a"),
        (double.MaxValue, "cb7fefffffffffffff"), (double.Epsilon, "cb0000000000000001"),
        (double.PositiveInfinity, "cb7ff0000000000000"), (double.NegativeInfinity, "cbfff0000000000000"), (double.NaN, "cbfff8000000000000"),

        // str family
        ("", "a0"), ("a", "a161"), ("é", "a2c3a9"), ("€", "a3e282ac"), ("😀", "a4f09f9880"), ("\0", "a100"),
        (new string('x', 31), "bf" + Repeat("78", 31)), (new string('x', 32), "d920" + Repeat("78", 32)),
        (new string('x', 255), "d9ff" + Repeat("78", 255)), (new string('x', 256), "da0100" + Repeat("78", 256)),
        (new string('x', 65535), "daffff" + Repeat("78", 65535)), (new string('x', 65536), "db00010000" + Repeat("78", 65536)),

        // bin family
        (Array.Empty<byte>(), "c400"), (new byte[] { 0xc1 }, "c401c1"), (new byte[255], "c4ff" + Repeat("00", 255)),
        (new byte[256], "c50100" + Repeat("00", 256)), (new byte[65535], "c5ffff" + Repeat("00", 65535)),
        (new byte[65536], "c600010000" + Repeat("00", 65536)),

        // array family
        (Array.Empty<object?>(), "90"), (new object?[] { 1L, null, "a" }, "9301c0a161"), (new object?[15], "9f" + Repeat("c0", 15)),
        (new object?[16], "dc0010" + Repeat("c0", 16)), (new object?[65535], "dcffff" + Repeat("c0", 65535)),
        (new object?[65536], "dd00010000" + Repeat("c0", 65536)),
        (new object?[] { new object?[] { Array.Empty<object?>() } }, "919190"),

        // map family
        (new Map(), "80"), (new Map(("a", 1L), ("b", new Map())), "82a16101a16280"), (new Map((1L, 2L), (1L, 3L)), "8201020103"),
        (new Map((new Map((null, true)), false)), "8181c0c3c2"),
        (new Map(new (object?, object?)[15]), "8f" + Repeat("c0c0", 15)), (new Map(new (object?, object?)[16]), "de0010" + Repeat("c0c0", 16)),
        (new Map(new (object?, object?)[65535]), "deffff" + Repeat("c0c0", 65535)),
        (new Map(new (object?, object?)[65536]), "df00010000" + Repeat("c0c0", 65536)),

        // ext family
        (new Extension(5, []), "c70005"), (new Extension(5, new byte[1]), "d40500"), (new Extension(127, new byte[2]), "d57f0000"),
        (new Extension(0, new byte[3]), "c70300000000"), (new Extension(-128, new byte[4]), "d68000000000"),
        (new Extension(1, new byte[8]), "d701" + Repeat("00", 8)), (new Extension(1, new byte[16]), "d801" + Repeat("00", 16)),
        (new Extension(1, new byte[17]), "c71101" + Repeat("00", 17)), (new Extension(1, new byte[255]), "c7ff01" + Repeat("00", 255)),
        (new Extension(1, new byte[256]), "c8010001" + Repeat("00", 256)), (new Extension(1, new byte[65535]), "c8ffff01" + Repeat("00", 65535)),
        (new Extension(1, new byte[65536]), "c90001000001" + Repeat("00", 65536)),

        // timestamps
        (new MessagePackTimestamp(0, 0), "d6ff00000000"), (new MessagePackTimestamp(4294967295, 0), "d6ffffffffff"),
        (new MessagePackTimestamp(4294967296, 0), "d7ff0000000100000000"), (new MessagePackTimestamp(0, 1), "d7ff0000000400000000"),
        (new MessagePackTimestamp(17179869183, 999_999_999), "d7ffee6b27ffffffffff"),
        (new MessagePackTimestamp(17179869184, 0), "c70cff000000000000000400000000"),
        (new MessagePackTimestamp(-1, 999_999_999), "c70cff3b9ac9ffffffffffffffffff"),
        (new MessagePackTimestamp(long.MinValue, 0), "c70cff000000008000000000000000"),
        (new MessagePackTimestamp(long.MaxValue, 1), "c70cff000000017fffffffffffffff"),
    ];

    // What a reader must take although no shortest-form writer writes it.
    private static readonly (object? Value, string Hex)[] Wider =
    [
        (5L, "cc05"), (5L, "cd0005"), (5L, "ce00000005"), (5L, "cf0000000000000005"),
        (5L, "d005"), (5L, "d10005"), (5L, "d200000005"), (5L, "d30000000000000005"),
        (-1L, "d0ff"), (-1L, "d1ffff"), (-1L, "d2ffffffff"), (-1L, "d3ffffffffffffffff"),
        ("a", "d90161"), ("a", "da000161"), ("a", "db0000000161"),
        (new byte[] { 1 }, "c5000101"), (new byte[] { 1 }, "c60000000101"),
        (new object?[] { true }, "dc0001c3"), (new object?[] { true }, "dd00000001c3"),
        (new Map((1L, 2L)), "de00010102"), (new Map((1L, 2L)), "df000000010102"),
        (new Extension(9, [7]), "c7010907"), (new Extension(9, [7]), "c800010907"), (new Extension(9, [7]), "c9000000010907"),
        (new MessagePackTimestamp(1, 0), "c704ff00000001"), (new MessagePackTimestamp(1, 0), "d7ff0000000000000001"),
        (new MessagePackTimestamp(1, 0), "c8000cff000000000000000000000001"),
    ];

    /// <summary>Written and read.</summary>
    public static TheoryData<string> Shortest => Rows(Pairs);

    /// <summary>Only read.</summary>
    public static TheoryData<string> Longer => Rows(Wider);

    public static byte[] BytesOf(string row) => Convert.FromHexString(Find(row).Hex);

    public static object? ValueOf(string row) => Find(row).Value;

    // A test's name is the start of its bytes: the values themselves are no test names.
    private static TheoryData<string> Rows((object? Value, string Hex)[] table) => [.. table.Select(Name)];

    private static (object? Value, string Hex) Find(string row) => Pairs.Concat(Wider).Single(p => Name(p) == row);

    private static string Name((object? Value, string Hex) pair) =>
        pair.Hex.Length <= 40 ? pair.Hex : $"{pair.Hex[..20]}… ({pair.Hex.Length / 2} bytes)";

    private static string Repeat(string hex, int times) => string.Concat(Enumerable.Repeat(hex, times));
}
