using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>5.1 who masks, 5.3 how, 10.3 why.</summary>
internal static class MaskingCases
{
    public static IEnumerable<ConformanceCase> All()
    {
        yield return new("5.1", "Unmasked text", Raw(TextFrame, Utf8("Hello"), key: null), Reaction.Closed(1002));
        yield return new("5.1", "Unmasked empty text", Raw(TextFrame, [], key: null), Reaction.Closed(1002));
        yield return new("5.1", "Unmasked ping", Raw(PingFrame, [], key: null), Reaction.Closed(1002));
        yield return new("5.1", "Unmasked close", Raw(CloseFrame, Hex("03 e8"), key: null), Reaction.Closed(1002));
        yield return new("5.1", "Missing mask seen in the second octet", [0x82, 0x7F], Reaction.Closed(1002));
        yield return new(
            "5.1",
            "Unmasked after a masked one",
            Join(Text("a"), Raw(TextFrame, Utf8("b"), key: null)),
            Reaction.Closed(1002, Reaction.Text("a")));
        yield return new(
            "5.1",
            "Unmasked continuation",
            Join(Frame(TextFrame, "a", fin: false), Raw(Continuation, Utf8("b"), key: null)),
            Reaction.Closed(1002));

        foreach (var key in new[] { "00000000", "ffffffff", "01000000", "00000001", "80402010" })
        {
            yield return new(
                "5.3",
                $"Key {key}",
                Join(Raw(BinaryFrame, Pattern(131), Hex(key)), Raw(TextFrame, Utf8("text"), Hex(key))),
                Reaction.Open(Reaction.Binary(Pattern(131)), Reaction.Text("text")));
        }

        yield return new(
            "5.3",
            "A new key in each frame of a message",
            Join(
                Raw(BinaryFrame, Pattern(100).AsSpan(0, 33), Hex("11223344"), fin: false),
                Raw(Continuation, Pattern(100).AsSpan(33, 1), Hex("a1b2c3d4"), fin: false),
                Raw(Continuation, Pattern(100).AsSpan(34), Hex("0f1e2d3c"))),
            Reaction.Open(Reaction.Binary(Pattern(100))));
        yield return new(
            "10.3",
            "A payload that looks like a frame once masked",
            Raw(BinaryFrame, Hex("ce7a a1bd ce7a a1bd"), Hex("4fffa1bd")),
            Reaction.Open(Reaction.Binary(Hex("ce7aa1bdce7aa1bd"))));
    }
}
