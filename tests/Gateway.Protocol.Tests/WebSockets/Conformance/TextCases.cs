using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>8.1 text is UTF-8, RFC 3629, told as soon as it shows.</summary>
internal static class TextCases
{
    private static readonly string[] Valid =
    [
        "00", "7f", "c280", "dfbf", "e0a080", "ecbfbf", "ed8080", "ed9fbf", "ee8080", "efbfbd", "efbfbe", "efbfbf",
        "f0908080", "f3bfbfbf", "f48fbfbf", "efbbbf61", "cebae1bdb9cf83cebcceb5", "f09f98800a", "e282ace282ac",
    ];

    private static readonly string[] Invalid =
    [
        "80", "bf", "8080", "61bf62", "c0", "c1", "c080", "c1bf", "c27f", "c2c0", "c2", "df", "e0", "e080", "e08080", "e09fbf", "e0a0",
        "e0a0c0", "e27fac", "e28228", "eda080", "edafbf", "edb080", "edbfbf", "eda080edb080", "ef", "efbf", "f0", "f08080", "f0808080",
        "f08fbfbf", "f090", "f09080", "f0908080bf", "f0288cbc", "f09f9828", "f4908080", "f48fbf", "f5", "f5808080", "f7bfbfbf",
        "f888808080", "fc8480808080", "fe", "ff", "feff", "cebae1bdb9cf83cebcceb5eda080656469746564",
    ];

    /// <summary>Nothing that follows can make these right, so the answer must come while the message is still open.</summary>
    private static readonly string[] InvalidAtOnce =
    [
        "80", "c0", "c1", "61ff", "c27f", "c2c0", "e080", "e09f", "e0a041", "eda0", "edbf", "f080", "f08f", "f09041", "f0908041", "f490", "f5", "f8", "fe", "cebae1bdb9f4908080",
    ];

    public static IEnumerable<ConformanceCase> All()
    {
        foreach (var hex in Valid)
        {
            var bytes = Hex(hex);
            yield return new("8.1", $"Valid {hex}", Frame(TextFrame, bytes), Reaction.Open(new ServerFrame(1, bytes)));
            yield return new(
                "8.1",
                $"Valid {hex}, a frame an octet",
                Join(Join([.. bytes.Select((octet, i) => Frame(i == 0 ? TextFrame : Continuation, [octet], fin: false))]), Frame(Continuation, [])),
                Reaction.Open(new ServerFrame(1, bytes)));
        }

        foreach (var hex in Invalid)
        {
            yield return new("8.1", $"Invalid {hex}", Frame(TextFrame, Hex(hex)), Reaction.Closed(1007));
            yield return new(
                "8.1",
                $"Invalid {hex} behind a fragment",
                Join(Frame(TextFrame, "καλά", fin: false), Frame(Continuation, Hex(hex))),
                Reaction.Closed(1007));
        }

        foreach (var hex in InvalidAtOnce)
        {
            yield return new("8.1", $"Invalid {hex} in an open message", Frame(TextFrame, Hex(hex), fin: false), Reaction.Closed(1007));
            yield return new("8.1", $"Invalid {hex} in an open frame", Frame(TextFrame, Hex(hex), announced: 1000), Reaction.Closed(1007));
        }

        yield return new(
            "8.1",
            "A character over two frames",
            Join(Frame(TextFrame, Hex("e2 82"), fin: false), Frame(Continuation, Hex("ac"))),
            Reaction.Open(Reaction.Text("€")));
        yield return new(
            "8.1",
            "A character over two frames with a ping between",
            Join(Frame(TextFrame, Hex("f0 9f"), fin: false), Ping("p"), Frame(Continuation, Hex("98 80"))),
            Reaction.Open(Reaction.Pong("p"), Reaction.Text("😀")));
        yield return new(
            "8.1",
            "A character cut off at the end of the message",
            Join(Frame(TextFrame, Hex("e2 82"), fin: false), Frame(Continuation, [])),
            Reaction.Closed(1007));
        yield return new(
            "8.1",
            "A character does not go over two messages",
            Join(Frame(TextFrame, Hex("e2 82")), Frame(TextFrame, Hex("ac"))),
            Reaction.Closed(1007));
        yield return new(
            "8.1",
            "An incomplete character is forgotten with its message",
            Join(Frame(TextFrame, Hex("c3"), fin: false), Frame(Continuation, Hex("a4")), Text("b")),
            Reaction.Open(Reaction.Text("ä"), Reaction.Text("b")));
        yield return new(
            "8.1", "Long text with one wrong octet at its end", Frame(TextFrame, [.. Utf8(new string('x', 70000)), 0xFF]), Reaction.Closed(1007));
        yield return new(
            "8.1", "Long text beyond ASCII", Text(string.Concat(Enumerable.Repeat("aä€😀", 9000))), Reaction.Open(Reaction.Text(string.Concat(Enumerable.Repeat("aä€😀", 9000)))));
    }
}
