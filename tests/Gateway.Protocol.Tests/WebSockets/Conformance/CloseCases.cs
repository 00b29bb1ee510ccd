using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>5.5.1 close frames, 7 closing, 7.4 status codes. A correct close is answered with its own code.</summary>
internal static class CloseCases
{
    public static IEnumerable<ConformanceCase> All()
    {
        yield return new("5.5.1", "Close without a payload", Frame(CloseFrame, []), Reaction.Closed(1005));
        yield return new("5.5.1", "Close of one octet", Frame(CloseFrame, [3]), Reaction.Closed(1002));
        yield return new("5.5.1", "Close with a code", Close(1000), Reaction.Closed(1000));
        yield return new("5.5.1", "Close with a reason", Close(1000, "done"), Reaction.Closed(1000));
        yield return new("5.5.1", "Close with the longest reason", Close(1000, new string('r', 123)), Reaction.Closed(1000));
        yield return new("5.5.1", "Close with a reason beyond ASCII", Close(1000, "fertig — κόσμε 😀"), Reaction.Closed(1000));
        yield return new("5.5.1", "Reason is not UTF-8", Close(1000, Hex("ff")), Reaction.Closed(1007));
        yield return new("5.5.1", "Reason ends within a character", Close(1000, Hex("61 e2 82")), Reaction.Closed(1007));
        yield return new("5.5.1", "Reason has a surrogate", Close(1000, Hex("ed a0 80")), Reaction.Closed(1007));
        yield return new("5.5.1", "An invalid code comes before an invalid reason", Close(999, Hex("ff")), Reaction.Closed(1002));

        foreach (var code in new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 })
            yield return new("7.4", $"Code {code}", Close(code, "reason"), Reaction.Closed(code));
        foreach (var code in new[] { 0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 })
            yield return new("7.4", $"Code {code} is refused", Close(code, "reason"), Reaction.Closed(1002));

        yield return new("7.1.1", "Text behind the close", Join(Close(1000), Text("late")), Reaction.Closed(1000));
        yield return new("7.1.1", "Ping behind the close", Join(Close(1000), Ping("late")), Reaction.Closed(1000));
        yield return new("7.1.1", "A second close", Join(Close(1000), Close(1001)), Reaction.Closed(1000));
        yield return new("7.1.1", "Garbage behind the close", Join(Close(1000), Hex("ff ff ff ff ff")), Reaction.Closed(1000));
        yield return new(
            "7.1.2", "Close behind messages", Join(Text("a"), Ping("b"), Close(1001, "away")), Reaction.Closed(1001, Reaction.Text("a"), Reaction.Pong("b")));
        yield return new("7.1.7", "Valid frames behind a violation", Join(Frame(3, "x"), Text("late"), Close(1000)), Reaction.Closed(1002));
        yield return new(
            "7.1.7", "A violation behind messages", Join(Text("a"), Text("b"), Hex("ff ff")), Reaction.Closed(1002, Reaction.Text("a"), Reaction.Text("b")));
        yield return new("7.1.7", "HTTP instead of frames", Utf8("GET / HTTP/1.1\r\n\r\n"), Reaction.Closed(1002));
    }
}
