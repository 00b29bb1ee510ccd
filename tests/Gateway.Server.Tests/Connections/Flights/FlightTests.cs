using System.Net;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Flights;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;
using static Gateway.Server.Tests.Connections.Limiting.LimitScene;

namespace Gateway.Server.Tests.Connections.Flights;

public sealed class FlightTests
{
    private readonly FlightRecorder _recorder = new(maxCount: 3);

    [Fact]
    public void Trace_packed_and_unpacked_is_the_same_at_the_edges_of_its_fields()
    {
        foreach (var trace in (FrameTrace[])[new(false, 0, 0, 0), new(true, 255, (1 << 23) - 1, uint.MaxValue), new(true, 9, 130, 5), new(false, 210, 1, 1L << 31)])
            Assert.Equal(trace, FrameTrace.Unpack(trace.Pack()));
        Assert.Equal(new FrameTrace(true, 1, (1 << 23) - 1, uint.MaxValue), FrameTrace.Unpack(new FrameTrace(true, 1, int.MaxValue, long.MaxValue).Pack()));
    }

    [Fact]
    public void Tape_keeps_the_last_frames_in_order_however_many_came()
    {
        var tape = new FlightTape();
        for (var count = 0; count <= 3 * FlightTape.Capacity; count++)
        {
            tape.Begin(1000);
            for (var i = 0; i < count; i++)
                tape.Add(i % 2 == 0, 9, i, 1000 + i);
            var first = Math.Max(0, count - FlightTape.Capacity);
            Assert.Equal(Enumerable.Range(first, count - first).Select(static i => new FrameTrace(i % 2 == 0, 9, i, i)), tape.ToArray());
        }
    }

    [Theory]
    [InlineData("82039a0a07c0", 10)]
    [InlineData("82059b0b030405", 11)]
    [InlineData("810b5b31302c372c372c34325d", 10)]
    [InlineData("81075b342c342c355d", 4)]
    [InlineData("c2059b0b030405", 0)]
    [InlineData("8900", FrameTrace.ControlOp + 9)]
    [InlineData("880203e8", FrameTrace.ControlOp + 8)]
    [InlineData("82", 0)]
    [InlineData("", 0)]
    public void OpOf_a_message_is_its_first_frames(string hex, int op) => Assert.Equal(op, LaneFlights.OpOf(Convert.FromHexString(hex)));

    [Fact]
    public void Connection_that_ends_badly_is_kept_with_its_frames_depths_and_cause()
    {
        using var node = MakeNode(_recorder);
        var bad = Enter(node, "bad", out var stalled);
        var good = Enter(node, "good", out _);
        node.Time.Advance(250);
        bad.Send(Join(2, "chat:a"));
        node.On(0, () => stalled.SetWindow(0));
        good.Send(Publish(3, "chat:a", new string('x', 500)));
        for (var i = 0; i < 17; i++)
            bad.Send(Nonsense(i));
        good.SendBytes(RawPeer.Masked(Opcode.Close, [3, 232]));
        node.On(0, stalled.Break);
        node.Settle();

        var flight = Assert.Single(_recorder.Newest);
        Assert.Equal(("bad", null, "127.0.0.1", 250L, new CloseCause(4003, ByPeer: false)), (flight.Connection, flight.User, flight.Address, flight.LifetimeMilliseconds, flight.Cause));
        Assert.True(flight.Depths.Staged + flight.Depths.High + flight.Depths.Medium > 500, flight.Depths.ToString());
        Assert.True(flight.Depths.Answers > 0, flight.Depths.ToString());

        // hello, welcome, join, joined, message …
        Assert.Equal([(false, 1), (true, 2), (false, 5), (true, 6), (true, 11), (false, 99)], flight.Frames.Take(6).Select(static frame => (frame.IsOut, frame.Op)));
        Assert.Equal((true, FrameTrace.ControlOp + (int)Opcode.Close), (flight.Frames[^1].IsOut, flight.Frames[^1].Op));
        Assert.Equal([0L, 0, 250], flight.Frames.Take(3).Select(static frame => frame.Age));
        Assert.Equal(Join(2, "chat:a").Length, flight.Frames[2].Size);
        Assert.Empty(node.Faults);
    }

    [Fact]
    public void Recorder_keeps_the_newest_and_no_more_than_it_may()
    {
        using var node = MakeNode(_recorder);
        for (var i = 0; i < 5; i++)
        {
            Enter(node, $"c{i}", out var transport);
            Enter(node, $"stays{i}", out _);
            node.On(0, transport.Break);
        }

        Assert.Equal(["c4", "c3", "c2"], _recorder.Newest.Select(static flight => flight.Connection));
        Assert.All(_recorder.Newest, static flight => Assert.Equal(CloseCause.Abnormal, flight.Cause.Code));
        Assert.Empty(node.Faults);
    }

    [Fact]
    public void Switched_off_nothing_is_kept()
    {
        using var node = MakeNode(recorder: null);
        Enter(node, "c", out var transport);
        node.On(0, transport.Break);
        Assert.Null(node.ConnectionLanes[0].Flights);
        Assert.Empty(_recorder.Newest);
    }

    [Fact]
    public void Adding_a_frame_allocates_nothing()
    {
        var tape = new FlightTape();
        tape.Begin(0);
        tape.Add(true, 1, 1, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            tape.Add(true, 9, 130, i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static SimNode MakeNode(FlightRecorder? recorder)
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        return new SimNode(1, options, new ConnectionLimits(), flights: recorder);
    }

    private static RawPeer Enter(SimNode node, string id, out SimTransport transport)
    {
        transport = node.Connect(0, id);
        node.Settle();
        var peer = new RawPeer(node, transport);
        peer.Send(Hello());
        return peer;
    }
}
