using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>5.4 fragmentation.</summary>
internal static class FragmentationCases
{
    public static IEnumerable<ConformanceCase> All()
    {
        yield return Echo("Two fragments", Join(Frame(TextFrame, "Hel", fin: false), Frame(Continuation, "lo")), "Hello");
        yield return Echo(
            "Three fragments",
            Join(Frame(TextFrame, "H", fin: false), Frame(Continuation, "ell", fin: false), Frame(Continuation, "o")),
            "Hello");
        yield return Echo("First fragment empty", Join(Frame(TextFrame, "", fin: false), Frame(Continuation, "x")), "x");
        yield return Echo("Last fragment empty", Join(Frame(TextFrame, "x", fin: false), Frame(Continuation, "")), "x");
        yield return Echo("All fragments empty", Join(Frame(TextFrame, "", fin: false), Frame(Continuation, "", fin: false), Frame(Continuation, "")), "");
        yield return Echo(
            "A fragment an octet",
            Join(Frame(TextFrame, "", fin: false), Join([.. "fragment".Select(c => Frame(Continuation, $"{c}", fin: false))]), Frame(Continuation, "")),
            "fragment");
        yield return new(
            "5.4",
            "Binary in fragments of each form of length",
            Join(
                Frame(BinaryFrame, Pattern(100), fin: false),
                Frame(Continuation, Pattern(1000), fin: false),
                Frame(Continuation, Pattern(70000), fin: false),
                Frame(Continuation, Pattern(1))),
            Reaction.Open(Reaction.Binary([.. Pattern(100), .. Pattern(1000), .. Pattern(70000), .. Pattern(1)])));
        yield return Echo(
            "Ping between fragments",
            Join(Frame(TextFrame, "Hel", fin: false), Ping("now"), Frame(Continuation, "lo")),
            Reaction.Pong("now"),
            Reaction.Text("Hello"));
        yield return Echo(
            "Pings between many fragments",
            Join(Frame(TextFrame, "a", fin: false), Ping("1"), Ping("2"), Frame(Continuation, "b", fin: false), Ping("3"), Frame(Continuation, "c")),
            Reaction.Pong("1"),
            Reaction.Pong("2"),
            Reaction.Pong("3"),
            Reaction.Text("abc"));
        yield return Echo(
            "Ping of 125 between empty fragments",
            Join(Frame(TextFrame, "", fin: false), Ping(new string('p', 125)), Frame(Continuation, "")),
            Reaction.Pong(new string('p', 125)),
            Reaction.Text(""));
        yield return Echo(
            "Pong between fragments", Join(Frame(TextFrame, "Hel", fin: false), Pong("unasked"), Frame(Continuation, "lo")), "Hello");
        yield return new(
            "5.4",
            "Close between fragments",
            Join(Frame(TextFrame, "Hel", fin: false), Close(1001), Frame(Continuation, "lo")),
            Reaction.Closed(1001));
        yield return Echo(
            "Two fragmented messages",
            Join(Frame(TextFrame, "a", fin: false), Frame(Continuation, "b"), Frame(TextFrame, "c", fin: false), Frame(Continuation, "d")),
            Reaction.Text("ab"),
            Reaction.Text("cd"));
        yield return new(
            "5.4",
            "Kinds alternate between fragmented messages",
            Join(Frame(BinaryFrame, [0xFF], fin: false), Frame(Continuation, [0xFE]), Text("t"), Frame(TextFrame, "u", fin: false), Frame(Continuation, "v")),
            Reaction.Open(Reaction.Binary([0xFF, 0xFE]), Reaction.Text("t"), Reaction.Text("uv")));

        yield return Refused("Continuation first", Frame(Continuation, "x"));
        yield return Refused("Continuation first, not final", Frame(Continuation, "x", fin: false));
        yield return Refused("Continuation first, seen in the first octet", [0x80]);
        yield return new(
            "5.4", "Continuation after a whole message", Join(Text("a"), Frame(Continuation, "b")), Reaction.Closed(1002, Reaction.Text("a")));
        yield return new(
            "5.4",
            "Continuation after a finished message",
            Join(Frame(TextFrame, "a", fin: false), Frame(Continuation, "b"), Frame(Continuation, "c")),
            Reaction.Closed(1002, Reaction.Text("ab")));
        yield return Refused("Text within text", Join(Frame(TextFrame, "a", fin: false), Text("b")));
        yield return Refused("Text fragment within text", Join(Frame(TextFrame, "a", fin: false), Frame(TextFrame, "b", fin: false)));
        yield return Refused("Binary within text", Join(Frame(TextFrame, "a", fin: false), Binary([1])));
        yield return Refused("Text within binary", Join(Frame(BinaryFrame, "a", fin: false), Text("b")));
        yield return Refused("Text within a message of empty fragments", Join(Frame(TextFrame, "", fin: false), Text("b")));
        yield return new(
            "5.4",
            "A new message after an interleaved ping",
            Join(Frame(TextFrame, "a", fin: false), Ping("p"), Text("b")),
            Reaction.Closed(1002, Reaction.Pong("p")));
        yield return new("5.4", "A message that never ends", Frame(TextFrame, "a", fin: false), Reaction.Open());
    }

    private static ConformanceCase Echo(string name, byte[] bytes, string text) => Echo(name, bytes, Reaction.Text(text));

    private static ConformanceCase Echo(string name, byte[] bytes, params ServerFrame[] frames) => new("5.4", name, bytes, Reaction.Open(frames));

    private static ConformanceCase Refused(string name, byte[] bytes) => new("5.4", name, bytes, Reaction.Closed(1002));
}
