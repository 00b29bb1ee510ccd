using static Gateway.Protocol.Tests.WebSockets.Conformance.ClientFrames;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>5.5 control frames, 5.5.2 ping, 5.5.3 pong.</summary>
internal static class ControlCases
{
    public static IEnumerable<ConformanceCase> All()
    {
        foreach (var length in new[] { 0, 1, 4, 124, 125 })
        {
            var payload = new string('p', length);
            yield return new("5.5.2", $"Ping of {length}", Ping(payload), Reaction.Open(Reaction.Pong(payload)));
        }

        yield return new(
            "5.5.2", "Ping with any octets", Frame(PingFrame, Hex("00 ff fe 80")), Reaction.Open(new ServerFrame(10, Hex("00 ff fe 80"))));
        yield return new(
            "5.5.2", "Ten pings", Join([.. "0123456789".Select(c => Ping($"{c}"))]), Reaction.Open([.. "0123456789".Select(c => Reaction.Pong($"{c}"))]));
        yield return new(
            "5.5.2", "Ping between messages", Join(Text("a"), Ping("p"), Text("b")), Reaction.Open(Reaction.Text("a"), Reaction.Pong("p"), Reaction.Text("b")));
        yield return new("5.5.3", "Unasked pong", Pong(), Reaction.Open());
        yield return new("5.5.3", "Unasked pong of 125, then a message", Join(Pong(new string('p', 125)), Text("a")), Reaction.Open(Reaction.Text("a")));
        yield return new("5.5", "Ping of 126", Ping(new string('p', 126)), Reaction.Closed(1002));
        yield return new("5.5", "Pong of 126", Pong(new string('p', 126)), Reaction.Closed(1002));
        yield return new("5.5", "Ping of 65536", Ping(new string('p', 65536)), Reaction.Closed(1002));
        yield return new("5.5", "Close of 126", Close(1000, new string('r', 124)), Reaction.Closed(1002));
        yield return new("5.5", "Too long a ping seen in the second octet", [0x89, 0xFE], Reaction.Closed(1002));
        yield return new("5.5", "Fragmented ping", Frame(PingFrame, "a", fin: false), Reaction.Closed(1002));
        yield return new("5.5", "Fragmented pong", Frame(PongFrame, "a", fin: false), Reaction.Closed(1002));
        yield return new("5.5", "Fragmented close", Frame(CloseFrame, Hex("03 e8"), fin: false), Reaction.Closed(1002));
        yield return new("5.5", "Fragmented ping seen in the first octet", [0x09], Reaction.Closed(1002));
        yield return new(
            "5.5", "Fragmented ping within a message", Join(Frame(TextFrame, "a", fin: false), Frame(PingFrame, "b", fin: false)), Reaction.Closed(1002));
        yield return new(
            "5.5", "Ping within an unfinished frame is payload", Join(Frame(BinaryFrame, [], announced: 6), Raw(PingFrame, [], key: ExampleKey)), Reaction.Open(Reaction.Binary(Hex("be 7a 16 c7 16 c7"))));
    }
}
