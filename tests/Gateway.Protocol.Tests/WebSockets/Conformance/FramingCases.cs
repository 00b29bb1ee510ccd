using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>5.2 base framing, 5.6 data frames, 6 sending and receiving.</summary>
internal static class FramingCases
{
    public static IEnumerable<ConformanceCase> All()
    {
        yield return new("5.7", "The example of the RFC", Hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"), Reaction.Open(Reaction.Text("Hello")));
        yield return new("5.2", "Nothing sent, nothing done", [], Reaction.Open());

        // Every border of the three forms of the length.
        foreach (var length in new[] { 0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 131072 })
        {
            yield return new("5.2", $"Binary of {length}", Binary(Pattern(length)), Reaction.Open(Reaction.Binary(Pattern(length))));
            var text = new string('*', length);
            yield return new("5.2", $"Text of {length}", Text(text), Reaction.Open(Reaction.Text(text)));
        }

        foreach (var length in new[] { 0, 1, 125 })
        {
            yield return new(
                "5.2", $"Length {length} in 16 bits", Frame(BinaryFrame, Pattern(length), lengthBits: 16), Reaction.Closed(1002));
        }

        foreach (var length in new[] { 0, 1, 125, 126, 65535 })
        {
            yield return new(
                "5.2", $"Length {length} in 64 bits", Frame(BinaryFrame, Pattern(length), lengthBits: 64), Reaction.Closed(1002));
        }

        yield return new("5.2", "Control length in 16 bits", Frame(PingFrame, Pattern(5), lengthBits: 16), Reaction.Closed(1002));
        yield return new("5.2", "Control length in 64 bits", Frame(PingFrame, Pattern(5), lengthBits: 64), Reaction.Closed(1002));
        yield return new("5.2", "Top bit of the length", Frame(BinaryFrame, [], announced: 0x8000_0000_0000_0001), Reaction.Closed(1002));
        yield return new("5.2", "All bits of the length", Frame(BinaryFrame, [], announced: ulong.MaxValue), Reaction.Closed(1002));
        yield return new("5.2", "Top bit seen before the length ends", Hex("82 ff 80"), Reaction.Closed(1002));

        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        {
            yield return new("5.2", $"Reserved opcode {opcode}", Frame(opcode, "x"), Reaction.Closed(1002));
            yield return new(
                "5.2",
                $"Reserved opcode {opcode} between messages",
                Join(Text("a"), Frame(opcode, []), Text("b")),
                Reaction.Closed(1002, Reaction.Text("a")));
        }

        yield return new("5.2", "Reserved opcode seen in the first octet", [0x83], Reaction.Closed(1002));

        foreach (var rsv in new[] { 1, 2, 3, 4, 5, 6, 7 })
        {
            yield return new("5.2", $"RSV {rsv} on text", Frame(TextFrame, "x", rsv: rsv), Reaction.Closed(1002));
            yield return new("5.2", $"RSV {rsv} on a ping", Frame(PingFrame, "x", rsv: rsv), Reaction.Closed(1002));
        }

        yield return new("5.2", "RSV1 on a close", Frame(CloseFrame, Hex("03 e8"), rsv: Rsv1), Reaction.Closed(1002));
        yield return new("5.2", "Reserved bit seen in the first octet", [0xA1], Reaction.Closed(1002));

        yield return new(
            "6.2",
            "Messages keep their order and kind",
            Join(Text("one"), Binary([2]), Text(""), Binary([]), Text("five")),
            Reaction.Open(
                Reaction.Text("one"), Reaction.Binary([2]), Reaction.Text(""), Reaction.Binary([]), Reaction.Text("five")));
        yield return new(
            "6.2",
            "A hundred messages at once",
            Join([.. Enumerable.Range(0, 100).Select(i => Text($"message {i}"))]),
            Reaction.Open([.. Enumerable.Range(0, 100).Select(i => Reaction.Text($"message {i}"))]));
        yield return new(
            "6.2",
            "An unfinished frame behind a message",
            Join(Text("whole"), Text("cut off")[..9]),
            Reaction.Open(Reaction.Text("whole")));
        yield return new(
            "5.6", "Binary need not be text", Binary(Hex("ff fe 00 c0 80")), Reaction.Open(Reaction.Binary(Hex("ff fe 00 c0 80"))));
        yield return new("5.6", "Text with a NUL", Text("a\0b"), Reaction.Open(Reaction.Text("a\0b")));
    }
}
