using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Tests.Simulation;
using static Gateway.Server.Tests.Connections.Limiting.LimitScene;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>The edges of the rates. Ten a second and a burst of one second, unless said otherwise: ten pass, the eleventh is told to come back in 100 ms, and then one passes.</summary>
internal static class RateEdges
{
    private const int Rate = 10;
    private const int FrameBytes = 40_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static Dictionary<LimitName, Action> Cases { get; } = new()
    {
        [LimitName.HandshakesPerSecond] = Handshakes,
        [LimitName.HandshakesPerSecondPerAddress] = HandshakesPerAddress,
        [LimitName.MessagesPerSecond] = static () => OfOne(new ConnectionLimits { MessagesPerSecond = Rate, RateBurst = Second }, LimitName.MessagesPerSecond, Ping, Pong),
        [LimitName.JoinsPerSecond] = static () => OfOne(new ConnectionLimits { JoinsPerSecond = Rate, RateBurst = Second }, LimitName.JoinsPerSecond, JoinOne, Joined),
        [LimitName.BytesPerSecond] = static () => OfOne(
            new ConnectionLimits { BytesPerSecond = Rate * FrameBytes, MaxPayloadBytes = FrameBytes, RateBurst = Second }, LimitName.BytesPerSecond, PublishBytes, Ack),
        [LimitName.MessagesPerSecondPerUser] = static () => OfUser(
            new ConnectionLimits { MessagesPerSecondPerUser = Rate, RateBurst = Second }, LimitName.MessagesPerSecondPerUser, Ping, Pong),
        [LimitName.JoinsPerSecondPerUser] = static () => OfUser(new ConnectionLimits { JoinsPerSecondPerUser = Rate, RateBurst = Second }, LimitName.JoinsPerSecondPerUser, JoinOne, Joined),
        [LimitName.BytesPerSecondPerUser] = static () => OfUser(
            new ConnectionLimits { BytesPerSecondPerUser = Rate * FrameBytes, MaxPayloadBytes = FrameBytes, RateBurst = Second }, LimitName.BytesPerSecondPerUser, PublishBytes, Ack),
        [LimitName.MessagesPerSecondPerAddress] = static () => OfAddress(
            new ConnectionLimits { MessagesPerSecondPerAddress = Rate, RateBurst = Second }, LimitName.MessagesPerSecondPerAddress, Ping, Pong),
        [LimitName.JoinsPerSecondPerAddress] = static () => OfAddress(
            new ConnectionLimits { JoinsPerSecondPerAddress = Rate, RateBurst = Second }, LimitName.JoinsPerSecondPerAddress, JoinOne, Joined),
        [LimitName.BytesPerSecondPerAddress] = static () => OfAddress(
            new ConnectionLimits { BytesPerSecondPerAddress = Rate * FrameBytes, MaxPayloadBytes = FrameBytes, RateBurst = Second }, LimitName.BytesPerSecondPerAddress, PublishBytes, Ack),
        [LimitName.RateBurst] = Burst,
        [LimitName.RateTolerance] = Tolerance,
    };

    private static void Handshakes()
    {
        using var scene = new LimitScene(new ConnectionLimits { HandshakesPerSecond = Rate, RateBurst = Second });
        for (var i = 0; i < Rate; i++)
            Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter($"10.0.0.{i}"));
        Assert.Equal(AdmissionVerdict.NodeTooFast, scene.TryEnter("10.0.1.1"));
        scene.Advance(100);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.1.2"));
        Assert.Equal(AdmissionVerdict.NodeTooFast, scene.TryEnter("10.0.1.3"));
        Assert.Equal(2, scene.Hits(LimitName.HandshakesPerSecond));
    }

    private static void HandshakesPerAddress()
    {
        using var scene = new LimitScene(new ConnectionLimits { HandshakesPerSecondPerAddress = Rate, RateBurst = Second });
        for (var i = 0; i < Rate; i++)
        {
            // Leaving at once does not help: the address is remembered until its bucket is full.
            Assert.Equal(AdmissionVerdict.Admitted, scene.Admission.TryEnter(System.Net.IPAddress.Parse("10.0.0.1"), out var use));
            scene.Admission.Exit(use!);
        }

        Assert.Equal(AdmissionVerdict.AddressTooFast, scene.TryEnter("10.0.0.1"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.2"));
        scene.Advance(100);
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Assert.Equal(AdmissionVerdict.AddressTooFast, scene.TryEnter("10.0.0.1"));
        Assert.Equal(2, scene.Hits(LimitName.HandshakesPerSecondPerAddress));
    }

    private static void OfOne(ConnectionLimits limits, LimitName limit, Func<int, byte[]> frame, int answer)
    {
        using var scene = new LimitScene(limits);
        var other = scene.Enter("ada", lane: 1);
        var peer = scene.Enter("ada");
        Drive(scene, limit, frame, answer, peer, peer);

        // Nobody else is touched, not even the same user on the same address.
        other.Send(frame(99));
        Assert.Empty(Errors(other));
        Assert.Equal(1, CountOf(other, answer));
    }

    private static void OfUser(ConnectionLimits limits, LimitName limit, Func<int, byte[]> frame, int answer)
    {
        using var scene = new LimitScene(limits);
        var other = scene.Enter("bob", lane: 1);
        Drive(scene, limit, frame, answer, scene.Enter("ada", lane: 0, address: "10.0.0.1"), scene.Enter("ada", lane: 1, address: "10.0.0.2"));
        other.Send(frame(99));
        Assert.Empty(Errors(other));
    }

    private static void OfAddress(ConnectionLimits limits, LimitName limit, Func<int, byte[]> frame, int answer)
    {
        using var scene = new LimitScene(limits);
        var other = scene.Enter("ada", lane: 1, address: "10.0.0.2");
        Drive(scene, limit, frame, answer, scene.Enter(lane: 0, address: "10.0.0.1"), scene.Enter("bob", lane: 1, address: "10.0.0.1"));
        other.Send(frame(99));
        Assert.Empty(Errors(other));
    }

    // The two take turns, on two lanes, out of one bucket.
    private static void Drive(LimitScene scene, LimitName limit, Func<int, byte[]> frame, int answer, RawPeer first, RawPeer second)
    {
        for (var i = 1; i <= Rate; i++)
            (i % 2 == 0 ? first : second).Send(frame(i));
        Assert.Empty(Errors(first));
        Assert.Empty(Errors(second));
        Assert.Equal(Rate, Answers());
        Assert.Equal(0, scene.Hits(limit));

        second.Send(frame(50));
        Assert.Equal([(50L, 2001L)], Errors(second));
        Assert.Equal(100, RetryAfterOf(second));
        Assert.Equal(Rate, Answers());
        Assert.Equal(1, scene.Hits(limit));
        Assert.Equal(1, scene.Hits(LimitName.RateBurst));

        scene.Advance(99);
        first.Send(frame(51));
        Assert.Equal(1, RetryAfterOf(first));
        scene.Advance(1);
        first.Send(frame(52));
        Assert.Equal(Rate + 1, Answers());
        Assert.Null(CloseCodeOf(first));

        int Answers() => ReferenceEquals(first, second) ? CountOf(first, answer) : CountOf(first, answer) + CountOf(second, answer);
    }

    private static void Burst()
    {
        using var scene = new LimitScene(new ConnectionLimits { MessagesPerSecond = Rate, RateBurst = TimeSpan.FromSeconds(3) });
        var peer = scene.Enter();
        peer.Send([.. Enumerable.Range(1, 3 * Rate).Select(Ping)]);
        Assert.Empty(Errors(peer));
        peer.Send(Ping(99));
        Assert.Equal([(99L, 2001L)], Errors(peer));

        // It saves up no more than that, however long it is quiet.
        scene.Advance(10_000);
        peer.Send([.. Enumerable.Range(100, 3 * Rate).Select(Ping)]);
        Assert.Single(Errors(peer));
        peer.Send(Ping(999));
        Assert.Equal(2, Errors(peer).Count);
    }

    private static void Tolerance()
    {
        var limits = new ConnectionLimits { MessagesPerSecond = 1, RateBurst = Second, RateTolerance = TimeSpan.FromSeconds(5) };
        using var scene = new LimitScene(limits);
        var peer = scene.Enter();

        // A pause of more than a second ends a series: this one is forgiven.
        peer.Send(Ping(1), Ping(2));
        scene.Advance(1001);
        peer.Send(Ping(3), Ping(4));
        for (var elapsed = 0; elapsed < 4900; elapsed += 700)
        {
            scene.Advance(700);
            peer.Send(Ping(5), Ping(6));
        }

        scene.Advance(99);
        peer.Send(Ping(7));
        Assert.Null(CloseCodeOf(peer));
        Assert.Equal(0, scene.Hits(LimitName.RateTolerance));
        scene.Advance(1);
        peer.Send(Ping(8), Ping(9));
        Assert.Equal(4106, CloseCodeOf(peer));
        Assert.Equal(1, scene.Hits(LimitName.RateTolerance));
    }

    private static byte[] JoinOne(int id) => Join(id, "chat:a");

    // Just so long that the whole frame has the bytes a tenth of a second allows.
    private static byte[] PublishBytes(int id)
    {
        var around = Publish(id, "chat:a", new string('x', 1000)).Length - 1000;
        return Publish(id, "chat:a", new string('x', FrameBytes - around));
    }
}
