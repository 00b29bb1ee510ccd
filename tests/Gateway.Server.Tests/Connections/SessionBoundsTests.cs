using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections;

/// <summary>What legal frames must not be able to do: take memory without bound, take another's place, end in silence.</summary>
public sealed class SessionBoundsTests
{
    private static readonly ConnectionLimits Limits = new() { MaxQueuedBytes = 16 * 1024, ResumeQueuedBytes = 4 * 1024 };
    private static readonly byte[] Hello = RawPeer.Frame((ref MessagePackWriter w) => Write(ref w, 1, 1));

    [Fact]
    public void SmallFramesWithLargeAnswersWaitForPlaceAndAreAllAnswered()
    {
        const int Questions = 400;
        using var node = new SimNode(2, Options(), Limits);
        var transport = node.Connect(0, "c");
        var peer = new RawPeer(node, transport);
        node.Settle();
        peer.Send(Hello, Join(1));
        for (var i = 0; i < 20; i++)
            peer.Send(Publish(10 + i, new string('x', 1000)));
        Assert.Contains(peer.Read(), static frame => frame.Op == 6);

        transport.SetWindow(0);
        peer.Send([.. Enumerable.Range(100, Questions).Select(static id => RawPeer.Frame((ref MessagePackWriter w) =>
        {
            Write(ref w, 20, id, fields: 4);
            w.WriteString("chat:a");
            w.WriteInt(0);
            w.WriteInt(1000);
        }))]);
        var queued = node.ConnectionLanes[0].Connections[0].QueuedBytes;
        Assert.InRange(queued, Limits.MaxQueuedBytes / 2, 20L * Limits.MaxQueuedBytes);

        node.On(0, () => transport.SetWindow(int.MaxValue));
        node.Settle();
        Assert.Equal(Enumerable.Range(100, Questions).Select(static id => (long)id), peer.Read().Where(static frame => frame.Op == 21).Select(static frame => frame.First));
        peer.Send(RawPeer.Frame((ref MessagePackWriter w) => Write(ref w, 24, 7)));
        Assert.Contains(peer.Read(), static frame => frame is { Op: 25, First: 7 });
        Assert.Empty(node.Faults);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(5000)]
    public void OfManyPingsAtOnceTheFirstFewAndTheLastAreAnswered(int count)
    {
        using var node = new SimNode(1, Options(), Limits);
        var peer = new RawPeer(node, node.Connect(0, "c"));
        node.Settle();
        peer.SendBytes([.. Enumerable.Range(1, count).SelectMany(static i => RawPeer.Masked(Opcode.Ping, BitConverter.GetBytes(i)))]);
        peer.Read();
        var pongs = peer.Messages.Where(static message => message.Opcode == Opcode.Pong).Select(static message => BitConverter.ToInt32(message.Payload));
        Assert.Equal(count <= 16 ? Enumerable.Range(1, count) : Enumerable.Range(1, 16).Append(count), pongs);
        Assert.Empty(node.Faults);
    }

    [Fact]
    public void OfManyPingsBeforeACloseNoneIsAnsweredBehindTheClose()
    {
        using var node = new SimNode(1, Options(), Limits);
        var peer = new RawPeer(node, node.Connect(0, "c"));
        node.Settle();
        peer.SendBytes([.. Enumerable.Range(1, 20).SelectMany(static i => RawPeer.Masked(Opcode.Ping, BitConverter.GetBytes(i))), .. RawPeer.Masked(Opcode.Close, [3, 232])]);
        peer.Read();
        Assert.Equal(Opcode.Close, peer.Messages[^1].Opcode);
        Assert.Equal(1, peer.Messages.Count(static message => message.Opcode == Opcode.Close));
    }

    [Fact]
    public void AFreshTokenOfAnotherSubjectIsRefusedAlsoWhenNoAnswerIsAskedFor()
    {
        using var node = new SimNode(1, Options(), Limits, new NameIsToken());
        var peer = new RawPeer(node, node.Connect(0, "c"));
        node.Settle();
        peer.Send(RawPeer.Frame((ref MessagePackWriter w) =>
        {
            Write(ref w, 1, 1, fields: 2);
            w.WriteString("ada");
        }));
        Await(node, () => peer.Read().Any(static frame => frame.Op == 2));
        peer.Send(RawPeer.Frame((ref MessagePackWriter w) =>
        {
            Write(ref w, 3, 0, fields: 2);
            w.WriteString("bob");
        }));
        Await(node, () => peer.Read().Count > 1);
        Assert.Equal((30, 0L, 1004L), peer.Read()[^1]);
        Assert.Single(peer.Read(), static frame => frame.Op == 2);
    }

    [Fact]
    public void AMemberOfAFullRoomMayJoinItAgain()
    {
        var options = Options();
        options.Kinds["chat"].MaxMembers = 1;
        using var node = new SimNode(1, options, Limits);
        var peer = new RawPeer(node, node.Connect(0, "c"));
        node.Settle();
        peer.Send(Hello, Join(1));
        peer.Send(Join(2));
        Assert.Equal([1, 2], peer.Read().Where(static frame => frame.Op == 6).Select(static frame => frame.First));
        Assert.DoesNotContain(peer.Read(), static frame => frame.Op == 30);
    }

    [Fact]
    public void AnEchoNeverComesAfterTheCloseFrame()
    {
        using var node = new SimNode(1, Options(), Limits);
        var peer = new RawPeer(node, node.Connect(0, "c", static connection => new EchoHandler(connection)));
        node.Settle();
        peer.SendBytes([.. RawPeer.Masked(Opcode.Text, "hi"u8.ToArray()), .. RawPeer.Masked(Opcode.Close, [3, 232])]);
        peer.Read();
        Assert.Equal([Opcode.Text, Opcode.Close], peer.Messages.Select(static message => message.Opcode));
    }

    [Fact]
    public void ChangesOfPresenceAreToldHoweverOftenTheyComeWhileSomebodyIsInGrace()
    {
        var time = new ManualTime();
        using var lane = new Lane(0, time, new EventPoller(), 1024, static fault => throw fault);
        var told = 0;
        var roster = new Roster(lane, new RoomsOptions(), _ => told++);
        roster.Enter("ada");
        roster.Enter("bob");
        roster.Leave("bob", dropped: true);
        for (var i = 0; i < 100; i++)
        {
            time.Advance(20);
            lane.Turn();
            roster.Change(new StateChange("ada", "typing", null));
        }

        Assert.InRange(told, 10, 25);
    }

    private static void Await(SimNode node, Func<bool> condition) =>
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    node.Settle();
                    return condition();
                },
                TimeSpan.FromSeconds(30)),
            "It never came.");

    private static RoomsOptions Options()
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        return options;
    }

    private static byte[] Join(int id) => RawPeer.Frame((ref MessagePackWriter w) =>
    {
        Write(ref w, 5, id, fields: 3);
        w.WriteString("chat:a");
        w.WriteInt(0);
    });

    private static byte[] Publish(int id, string text) => RawPeer.Frame((ref MessagePackWriter w) =>
    {
        Write(ref w, 9, id, fields: 4);
        w.WriteString("chat:a");
        w.WriteString("e");
        w.WriteString(text);
    });

    private static void Write(ref MessagePackWriter writer, int op, int first, int fields = 1)
    {
        writer.WriteArrayHeader(fields + 1);
        writer.WriteInt(op);
        writer.WriteInt(first);
    }
}
