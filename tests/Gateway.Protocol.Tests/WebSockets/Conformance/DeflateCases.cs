using System.IO.Compression;
using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>RFC 7692 7.2: messages under permessage-deflate. The server keeps no context, so each message must stand for itself.</summary>
internal static class DeflateCases
{
    private const int Max = ConformanceLimits.MaxMessageBytes;

    public static IEnumerable<ConformanceCase> All()
    {
        var hello = Reaction.Text("Hello");
        yield return Case("7.2.3.1", "The example: one block", Compressed("f2 48 cd c9 c9 07 00"), Reaction.Open(hello));
        yield return Case(
            "7.2.3.1",
            "The example: two frames",
            Join(Frame(TextFrame, Hex("f2 48 cd"), fin: false, rsv: Rsv1), Frame(Continuation, Hex("c9 c9 07 00"))),
            Reaction.Open(hello));
        yield return Case(
            "7.2.3.2",
            "The example: a message that needs the window of the last one",
            Join(Compressed("f2 48 cd c9 c9 07 00"), Compressed("f2 00 11 00 00")),
            Reaction.Closed(1007, hello));
        yield return Case("7.2.3.3", "The example: no compression", Compressed("00 05 00 fa ff 48 65 6c 6c 6f 00"), Reaction.Open(hello));
        yield return Case("7.2.3.4", "The example: a final block", Compressed("f3 48 cd c9 c9 07 00 00"), Reaction.Open(hello));
        yield return Case("7.2.3.4", "Two final blocks", Compressed("f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00"), Reaction.Open(Reaction.Text("HelloHello")));
        yield return Case("7.2.3.4", "A final block and nothing behind it", Compressed("f3 48 cd c9 c9 07 00"), Reaction.Open(hello));
        yield return Case("7.2.3.5", "The example: two blocks", Compressed("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), Reaction.Open(hello));
        yield return Case("7.2.3.6", "The example: an empty message", Compressed("00"), Reaction.Open(Reaction.Text("")));
        yield return Case("7.2.3.6", "An empty message as an empty fixed block", Compressed("02 00"), Reaction.Open(Reaction.Text("")));
        yield return Case("7.2.2", "Nothing at all", Frame(TextFrame, [], rsv: Rsv1), Reaction.Open(Reaction.Text("")));
        yield return Case("7.2.2", "The tail was not cut off", Compressed("f2 48 cd c9 c9 07 00 00 00 ff ff"), Reaction.Open(hello));

        yield return Case("6.1", "An uncompressed message", Text("plain"), Reaction.Open(Reaction.Text("plain")));
        yield return Case(
            "6.1",
            "Compressed and not, by turns",
            Join(Text("a"), Frame(TextFrame, Deflated("b"), rsv: Rsv1), Text("c"), Frame(BinaryFrame, Deflated([4]), rsv: Rsv1)),
            Reaction.Open(Reaction.Text("a"), Reaction.Text("b"), Reaction.Text("c"), Reaction.Binary([4])));
        yield return Case(
            "6.1",
            "A ping within a compressed message",
            Join(Frame(TextFrame, Hex("f2 48 cd"), fin: false, rsv: Rsv1), Ping("f2"), Frame(Continuation, Hex("c9 c9 07 00"))),
            Reaction.Open(Reaction.Pong("f2"), hello));
        yield return Case(
            "6.1",
            "RSV1 on a continuation",
            Join(Frame(TextFrame, Hex("f2 48 cd"), fin: false, rsv: Rsv1), Frame(Continuation, Hex("c9 c9 07 00"), rsv: Rsv1)),
            Reaction.Closed(1002));
        yield return Case(
            "6.1", "RSV1 only on a continuation", Join(Frame(TextFrame, "a", fin: false), Frame(Continuation, "b", rsv: Rsv1)), Reaction.Closed(1002));
        yield return Case("6.1", "RSV1 on a ping", Frame(PingFrame, "x", rsv: Rsv1), Reaction.Closed(1002));
        yield return Case("6.1", "RSV1 on a close", Frame(CloseFrame, Hex("03 e8"), rsv: Rsv1), Reaction.Closed(1002));
        yield return Case("6.1", "RSV2", Frame(TextFrame, "x", rsv: 2), Reaction.Closed(1002));
        yield return Case("6.1", "RSV1 and RSV3", Frame(TextFrame, "x", rsv: 5), Reaction.Closed(1002));

        var prose = string.Concat(Enumerable.Range(0, 3000).Select(i => $"Line {i} of {i * 7919 % 1009}: the quick brown fox. "));
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.SmallestSize })
            yield return Case("7.2.1", $"Prose at {level}", Frame(TextFrame, Deflated(Utf8(prose), level), rsv: Rsv1), Reaction.Open(Reaction.Text(prose)));
        yield return Case(
            "7.2.1", "A run of one octet", Frame(BinaryFrame, Deflated(new byte[100000]), rsv: Rsv1), Reaction.Open(Reaction.Binary(new byte[100000])));
        var noise = new byte[100000];
        new Random(7).NextBytes(noise);
        yield return Case("7.2.1", "Noise", Frame(BinaryFrame, Deflated(noise), rsv: Rsv1), Reaction.Open(Reaction.Binary(noise)));
        yield return Case("7.2.1", "Prose in a hundred fragments", Fragmented(Deflated(prose), 100), Reaction.Open(Reaction.Text(prose)));

        yield return Case("7.2.2", "Reserved block type", Compressed("07"), Reaction.Closed(1007));
        yield return Case("7.2.2", "Stored block with a wrong complement", Compressed("00 05 00 fa fe 48 65 6c 6c 6f 00"), Reaction.Closed(1007));
        yield return Case("7.2.2", "Stored block cut off", Compressed("00 ff 00 00 ff 48 65"), Reaction.Closed(1007));
        yield return Case("7.2.2", "Fixed block cut off", Compressed("f2 48 cd c9"), Reaction.Closed(1007));
        yield return Case("7.2.2", "Distance before the start", Compressed("02 02 00"), Reaction.Closed(1007));
        yield return Case("7.2.2", "Dynamic block with too many lengths", Compressed("fc ff ff ff ff ff ff ff ff ff"), Reaction.Closed(1007));
        yield return Case("7.2.2", "Dynamic block cut off", Frame(TextFrame, Deflated(prose)[..60], rsv: Rsv1), Reaction.Closed(1007));
        yield return Case("7.2.2", "Not DEFLATE at all", Frame(TextFrame, "{\"not\":\"deflate\"}", rsv: Rsv1), Reaction.Closed(1007));
        yield return Case("7.2.2", "A zlib header in front", Frame(TextFrame, [0x78, 0x9C, .. Deflated("Hello")], rsv: Rsv1), Reaction.Closed(1007));

        yield return Case("8.1", "Inflated text is not UTF-8", Frame(TextFrame, Deflated(Hex("61 ff 62")), rsv: Rsv1), Reaction.Closed(1007));
        yield return Case("8.1", "Inflated text ends within a character", Frame(TextFrame, Deflated(Hex("61 e2 82")), rsv: Rsv1), Reaction.Closed(1007));
        yield return Case(
            "8.1", "Inflated binary need not be UTF-8", Frame(BinaryFrame, Deflated(Hex("61 ff 62")), rsv: Rsv1), Reaction.Open(Reaction.Binary(Hex("61 ff 62"))));

        yield return Case("8", "The longest message", Frame(BinaryFrame, Deflated(new byte[Max]), rsv: Rsv1), Reaction.Open(Reaction.Binary(new byte[Max])));
        yield return Case("8", "One octet more than the longest", Frame(BinaryFrame, Deflated(new byte[Max + 1]), rsv: Rsv1), Reaction.Closed(1009));
        yield return Case("8", "A bomb of 100 MiB", Frame(BinaryFrame, Deflated(new byte[100 * 1024 * 1024]), rsv: Rsv1), Reaction.Closed(1009));
        yield return Case("8", "Too long even compressed", Frame(BinaryFrame, [], rsv: Rsv1, announced: 2 * Max), Reaction.Closed(1009));
        yield return Case("8", "The longest message of noise", Frame(BinaryFrame, Deflated(Noise(Max)), rsv: Rsv1), Reaction.Open(Reaction.Binary(Noise(Max))));
    }

    private static ConformanceCase Case(string section, string name, byte[] bytes, Reaction expected) =>
        new($"RFC 7692 {section}", name, bytes, expected, Deflate: true);

    private static byte[] Compressed(string hex) => Frame(TextFrame, Hex(hex), rsv: Rsv1);

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(11).NextBytes(noise);
        return noise;
    }

    private static byte[] Fragmented(byte[] payload, int count)
    {
        var size = (payload.Length + count - 1) / count;
        var pieces = payload.Chunk(size).ToArray();
        return Join([.. pieces.Select((piece, i) => Frame(i == 0 ? TextFrame : Continuation, piece, fin: i == pieces.Length - 1, rsv: i == 0 ? Rsv1 : 0))]);
    }
}
