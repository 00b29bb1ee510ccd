using System.Text;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>What clients may send that is not right. In JSON where that can say it, else in hex.</summary>
internal static class MalformedExamples
{
    private static string Text(int length) => new('x', length);

    /// <summary>Frames of right MessagePack, as JSON, for both encodings.</summary>
    public static IReadOnlyList<(string Name, string Json)> BothEncodings { get; } =
    [
        ("no array", "1"),
        ("a map", "{\"op\":1}"),
        ("an empty array", "[]"),
        ("an op that is a string", "[\"join\",2,\"chat:lobby\",0]"),
        ("an op that is a float", "[5.0,2,\"chat:lobby\",0]"),
        ("an op that is negative", "[-1]"),
        ("an op beyond 2^31-1", "[2147483648]"),
        ("an op that is nil", "[null,1]"),
        ("an op that nobody knows", "[99,7]"),
        ("an op beyond a byte that ends like a known one", "[280,7]"),
        ("op 0", "[0]"),
        ("an unknown op without an id", "[99]"),
        ("a reserved op", "[22,7]"),
        ("an op that only servers send", "[6,7,\"chat:lobby\",3,1,0,0,false]"),
        ("an unknown op between two right frames", "[24,1]\n[99,7]\n[24,2]"),
        ("a right frame before one that is none", "[24,1]\n[]\n[24,2]"),
        ("hello without a version", "[1]"),
        ("hello with a token that is no string", "[1,1,7]"),
        ("hello with a token of nothing", "[1,1,\"\"]"),
        ("hello with a token beyond 8 KiB", $"[1,1,\"{Text(8193)}\"]"),
        ("hello with an agent beyond 256 bytes", $"[1,1,null,null,\"{Text(257)}\"]"),
        ("auth without a token", "[3,7]"),
        ("an id that is missing", "[5]"),
        ("an id that is a string", "[5,\"7\",\"chat:lobby\",0]"),
        ("an id that is negative", "[5,-7,\"chat:lobby\",0]"),
        ("an id beyond 2^31-1", "[24,2147483648]"),
        ("an id that is a float", "[24,7.0]"),
        ("join without flags", "[5,7,\"chat:lobby\"]"),
        ("join of a room by number", "[5,7,3,0]"),
        ("join of a room without a kind", "[5,7,\"lobby\",0]"),
        ("join of a room without an id", "[5,7,\"chat:\",0]"),
        ("join of a room with a capital in its kind", "[5,7,\"Chat:lobby\",0]"),
        ("join of a room whose kind begins with a digit", "[5,7,\"1chat:lobby\",0]"),
        ("join of a room with a space in its id", "[5,7,\"chat:lob by\",0]"),
        ("join of a room with a second colon", "[5,7,\"chat:a:b\",0]"),
        ("join of a room beyond ASCII", "[5,7,\"chat:löbby\",0]"),
        ("join of a room with a kind of 33 bytes", $"[5,7,\"{Text(33)}:a\",0]"),
        ("join of a room with an id of 129 bytes", $"[5,7,\"chat:{Text(129)}\",0]"),
        ("join of a room of 161 bytes", $"[5,7,\"{Text(32)}:{Text(128)}\",0]"),
        ("join with an epoch but no offset", "[5,7,\"chat:lobby\",0,7]"),
        ("join with an offset but no epoch", "[5,7,\"chat:lobby\",0,null,39]"),
        ("join with an offset beyond 2^53-1", "[5,7,\"chat:lobby\",0,7,9007199254740992]"),
        ("join with a negative tail", "[5,7,\"chat:lobby\",0,null,null,-1]"),
        ("leave of a negative number", "[7,7,-3]"),
        ("leave of nothing", "[7,7]"),
        ("publish without an event", "[9,7,3]"),
        ("publish with an event beyond 128 bytes", $"[9,7,3,\"{Text(129)}\",1]"),
        ("publish to an ill-formed room", "[9,7,\"nowhere\",\"say\",1]"),
        ("publish with an empty key", "[9,7,3,\"say\",1,\"\"]"),
        ("publish with a key beyond 128 bytes", $"[9,7,3,\"say\",1,null,\"{Text(129)}\"]"),
        ("publish with a payload of 65 levels", $"[9,7,3,\"say\",{new string('[', 65)}{new string(']', 65)}]"),
        ("publish of 68 levels, too deep for any frame", $"[9,7,3,\"say\",{new string('[', 67)}{new string(']', 67)}]"),
        ("send to nobody", "[12,7,\"\",\"poke\",1]"),
        ("send to a name beyond 128 bytes", $"[12,7,\"{Text(129)}\",\"poke\",1]"),
        ("request of no service", "[14,7,\"\",\"find\",1]"),
        ("request with a time-out of 0", "[14,7,\"search\",\"find\",1,0]"),
        ("request with a time-out beyond a minute", "[14,7,\"search\",\"find\",1,60001]"),
        ("presence of users that are no list", "[16,7,3,\"bob\"]"),
        ("presence of a user that is no string", "[16,7,3,[\"bob\",7]]"),
        ("presence of 257 users", $"[16,7,3,[{string.Join(',', Enumerable.Repeat("\"u\"", 257))}]]"),
        ("state of a capital", "[19,7,3,\"Typing\"]"),
        ("state beyond 32 bytes", $"[19,7,3,\"{Text(33)}\"]"),
        ("state with data beyond 1 KiB", $"[19,7,3,\"typing\",\"{Text(1022)}\"]"),
        ("history without a limit", "[20,7,3,39]"),
        ("history after a negative offset", "[20,7,3,-1,10]"),
        ("heads of a room by name", "[26,7,[\"chat:lobby\"]]"),
        ("heads of 257 rooms", $"[26,7,[{string.Join(',', Enumerable.Repeat("1", 257))}]]"),
    ];

    /// <summary>Bytes that are no MessagePack, or too much of it.</summary>
    public static IReadOnlyList<(string Name, string Hex)> OnlyMessagePack { get; } =
    [
        ("the code that MessagePack never uses", "c1"),
        ("the code that MessagePack never uses, within a frame", "950907 03a3736179 c1"),
        ("an array of 4 billion", "ddffffffff"),
        ("an array of 2 billion in six bytes", "dd7fffffff18"),
        ("a map of 2 billion as payload", "95090703a3736179df7fffffff"),
        ("a string that is not UTF-8", "95090703a3736179a1ff"),
        ("an event that is not UTF-8", "95090703a3ff6179c0"),
        ("a timestamp of five bytes", "95090703a3736179c705ff0000000000"),
        ("a timestamp with a second of nanoseconds", "95090703a3736179d7ffee6b280000000000"),
        ("a frame that ends early", "95090703a37361"),
        ("a right frame, then one that ends early", "9218019218"),
        ("nesting without an end", string.Concat(Enumerable.Repeat("91", 200))),
        ("JSON under the MessagePack subprotocol", Convert.ToHexStringLower("[24,1]"u8)),
    ];

    /// <summary>Text that is no JSON, or says what MessagePack cannot.</summary>
    public static IReadOnlyList<(string Name, string Json)> OnlyJson { get; } =
    [
        ("text", "hello"),
        ("a frame that ends early", "[24,1"),
        ("a comma between frames", "[24,1],[24,2]"),
        ("a trailing comma", "[24,1,]"),
        ("a comment", "[24,1] // ping"),
        ("a frame before text", "[99,7] x"),
        ("half of a surrogate pair", "[9,7,3,\"say\",\"\\ud800\"]"),
        ("a number beyond float 64", "[9,7,3,\"say\",1e400]"),
        ("base64 that is none", "[9,7,3,\"say\",{\"$bin\":\"?\"}]"),
        ("a time that is none", "[9,7,3,\"say\",{\"$time\":\"2026-02-30T00:00:00Z\"}]"),
        ("an extension type beyond a byte", "[9,7,3,\"say\",{\"$ext\":[200,\"\"]}]"),
    ];

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);
}
