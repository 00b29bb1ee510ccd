using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>10.4 limits of an implementation, 10.7 invalid data.</summary>
internal static class LimitCases
{
    private const int Max = ConformanceLimits.MaxMessageBytes;

    public static IEnumerable<ConformanceCase> All()
    {
        yield return new("10.4", "The longest message", Binary(Pattern(Max)), Reaction.Open(Reaction.Binary(Pattern(Max))));
        yield return new("10.4", "One octet too long, told by the header", Frame(BinaryFrame, [], announced: Max + 1), Reaction.Closed(1009));
        yield return new("10.4", "Too long, told before the key", Frame(BinaryFrame, [], announced: Max + 1)[..10], Reaction.Closed(1009));
        yield return new("10.4", "2 GiB announced", Frame(BinaryFrame, [], announced: 0x8000_0000), Reaction.Closed(1009));
        yield return new("10.4", "4 GiB announced", Frame(TextFrame, [], announced: 0x1_0000_0000), Reaction.Closed(1009));
        yield return new("10.4", "4 GiB and 5 announced", Frame(TextFrame, [], announced: 0x1_0000_0005), Reaction.Closed(1009));
        yield return new("10.4", "The largest length", Frame(BinaryFrame, [], announced: long.MaxValue), Reaction.Closed(1009));
        yield return new(
            "10.4",
            "Fragments that are too long together",
            Join(Frame(BinaryFrame, Pattern(70000), fin: false), Frame(Continuation, [], announced: Max - 70000 + 1)),
            Reaction.Closed(1009));
        yield return new(
            "10.4",
            "Fragments up to the limit",
            Join(Frame(BinaryFrame, Pattern(Max - 1), fin: false), Frame(Continuation, [9])),
            Reaction.Open(Reaction.Binary([.. Pattern(Max - 1), 9])));
        yield return new(
            "10.4",
            "One octet behind a full message",
            Join(Frame(BinaryFrame, Pattern(Max), fin: false), Frame(Continuation, [9])),
            Reaction.Closed(1009));
        yield return new(
            "10.4",
            "A control frame does not count",
            Join(Frame(BinaryFrame, Pattern(Max), fin: false), Ping("p"), Frame(Continuation, [])),
            Reaction.Open(Reaction.Pong("p"), Reaction.Binary(Pattern(Max))));
        yield return new(
            "10.4",
            "As many fragments as allowed",
            Join(Frame(BinaryFrame, [], fin: false), Fragments(ConformanceLimits.MaxFramesPerMessage - 2), Frame(Continuation, [7])),
            Reaction.Open(Reaction.Binary([7])));
        yield return new(
            "10.4",
            "A flood of empty fragments",
            Join(Frame(BinaryFrame, [], fin: false), Fragments(ConformanceLimits.MaxFramesPerMessage)),
            Reaction.Closed(1008));
        yield return new("10.7", "Only ones", Hex("ffffffffffffffffffffffffffffffff"), Reaction.Closed(1002));
        yield return new("10.7", "Only zeros", new byte[16], Reaction.Closed(1002));
        yield return new("10.7", "A TLS hello", Hex("16 03 01 02 00 01 00 01 fc 03 03"), Reaction.Closed(1002));
    }

    private static byte[] Fragments(int count) => Join([.. Enumerable.Repeat(Frame(Continuation, [], fin: false), count)]);
}
