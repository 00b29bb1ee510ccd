using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Connections.Limiting;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections;

/// <summary>Peers on links so slow that the transport says for long that it takes no more, though its kernel brings bytes to them.</summary>
public sealed class SlowPeerTests : IDisposable
{
    private const long Tick = TimingWheel.TickMilliseconds;
    private const long WriteTimeout = 20_000;
    private const long Interval = 30_000;

    // Longer than from one look of the write time-out to the next.
    private const long Timeout = 6_000;
    private const long AlmostTimeout = Timeout - 1;

    private readonly LimitScene _scene = new(new ConnectionLimits
    {
        WriteTimeout = TimeSpan.FromMilliseconds(WriteTimeout),
        HeartbeatInterval = TimeSpan.FromMilliseconds(Interval),
        HeartbeatTimeout = TimeSpan.FromMilliseconds(Timeout),
    });

    private readonly RawPeer _peer;
    private readonly SimTransport _transport;
    private ulong _count = 1000;
    private long _left;

    public SlowPeerTests() => _peer = _scene.Enter(out _transport);

    [Fact]
    public void One_that_takes_bytes_is_not_closed_before_it_has_taken_none_for_the_write_time_out()
    {
        Block();
        for (var i = 0; i < 40; i++)
        {
            Take(500);
            Pass(WriteTimeout / 4);
            Pong();
        }

        Assert.False(_transport.IsOver);

        // It is looked at in quarters: what it took may have been seen a quarter late.
        AssertClosedAfter(WriteTimeout, WriteTimeout + (WriteTimeout / 4));
        Assert.Equal(1, _scene.Hits(LimitName.WriteTimeout));
    }

    [Fact]
    public void One_that_takes_something_before_the_first_look_has_the_write_time_out_from_then_on()
    {
        Block();
        _scene.Advance((WriteTimeout / 4) - 100);
        Take(500);
        AssertClosedAfter(WriteTimeout, WriteTimeout + (WriteTimeout / 4));
    }

    [Fact]
    public void Ping_that_has_not_reached_it_is_waited_for_while_it_takes_bytes_and_has_its_time_then()
    {
        Left(100_000);
        Pass(Interval);
        for (var i = 0; i < 40; i++)
        {
            Take(500);
            Pass(Timeout);
        }

        Assert.Null(LimitScene.CloseCodeOf(_peer));
        Take(_left);
        Pass(Timeout);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
        Pass(Timeout);
        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
        Assert.Equal(1, _scene.Hits(LimitName.HeartbeatTimeout));
        Assert.Equal(0, _scene.Hits(LimitName.WriteTimeout));
    }

    /// <summary>As of a process that hangs, or a proxy whose client is gone: its kernel takes what a room brings, and nobody answers.</summary>
    [Fact]
    public void Ping_that_has_reached_it_is_not_waited_for_because_other_bytes_are_on_their_way()
    {
        Left(500);
        Pass(Interval);
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(LimitScene.CloseCodeOf(_peer));
            _count += 10_000;
            Left(500);
            Pass(Timeout);
        }

        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
    }

    [Fact]
    public void Ping_that_has_reached_it_is_not_waited_for_because_our_side_is_never_free()
    {
        Block();
        for (var passed = 0L; passed < Interval; passed += 500)
        {
            Take(50_000);
            _scene.Advance(500);
        }

        for (var i = 0; i < 2; i++)
        {
            Assert.Null(LimitScene.CloseCodeOf(_peer));
            Left(100_000);
            Pass(Timeout - 1000);
            Take(50_000);
            Pass(1000);
        }

        // Its close frame finds no place either.
        Assert.Equal(1, _scene.Hits(LimitName.HeartbeatTimeout));
    }

    [Fact]
    public void Ping_with_nothing_before_it_is_not_waited_for_because_other_bytes_are_on_their_way()
    {
        Left(0);
        Pass(Interval);
        Left(500);
        Pass(Timeout);
        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
    }

    [Fact]
    public void Ping_that_waits_on_our_side_is_waited_for_until_it_has_gone_and_reached_it()
    {
        Block();
        for (var passed = 0L; passed < 2 * Interval; passed += Timeout)
        {
            Take(1);
            Pass(Timeout);
        }

        // The kernel has given all it had, and the lane has not noticed yet.
        Left(0);
        Pass(Timeout);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
        Assert.False(_transport.IsOver);
        _scene.Node.On(0, () => _transport.SetWindow(int.MaxValue));
        Left(500);
        Pass(Timeout);
        Take(500);
        Pass(Timeout);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
        Pass(Timeout);
        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
    }

    [Fact]
    public void Pong_at_last_is_as_good_as_one_in_time()
    {
        Left(1000);
        Pass(Interval);
        Take(500);
        Pass(Timeout);
        Left(0);
        Pong();
        Pass(WriteTimeout);
        Assert.False(_transport.IsOver);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
    }

    [Fact]
    public void Ping_that_does_not_reach_one_whose_kernel_says_nothing_is_waited_for_no_longer_than_any()
    {
        Left(1000);
        Pass(Interval);
        Left(1000, sinceAnswer: AlmostTimeout + Interval);
        _scene.Advance(AlmostTimeout - Tick);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
        Pass(1);
        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
    }

    /// <summary>While its kernel answers. One that is asked ever more seldom whether it has place is taken for gone by the heartbeat.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ping_that_does_not_reach_one_that_takes_nothing_is_waited_for_as_long_as_all_that_waits(bool isMoreSent)
    {
        Left(1000);
        Pass(Interval);
        for (var passed = 0L; passed < WriteTimeout - Timeout; passed += 1000)
        {
            Assert.False(_transport.IsOver);
            _scene.Advance(1000);
            if (isMoreSent)
            {
                SendTwo();
            }
        }

        Pass(2 * Timeout);
        Assert.True(_transport.IsOver);
        Assert.Equal(1, _scene.Hits(LimitName.WriteTimeout));
        Assert.Equal(0, _scene.Hits(LimitName.HeartbeatTimeout));
    }

    public void Dispose() => _scene.Dispose();

    private void Block()
    {
        Left(1000);
        _scene.Node.On(0, () => _transport.SetWindow(0));
        _peer.Send(LimitScene.Ping(1));
        _scene.Node.Settle();
    }

    // By way of the queues, which are empty then.
    private void SendTwo()
    {
        _scene.Node.On(0, () =>
        {
            var connection = _scene.Node.ConnectionLanes[0].Connections[0];
            var pong = WireBuffer.Rent(FrameWriter.MaxControlFrameBytes);
            pong.SetRange(0, FrameWriter.WriteControl(pong.Writable, Opcode.Pong, []));
            connection.Enqueue(RoomPriority.High, pong);
            connection.Enqueue(RoomPriority.High, pong);
            pong.Release();
        });
        _scene.Node.Settle();
    }

    private void Take(long bytes)
    {
        _count += (ulong)bytes;
        Left(Math.Max(0, _left - bytes));
    }

    private void Left(long bytes, long sinceAnswer = 100)
    {
        _left = bytes;
        _transport.Taken = new TakenBytes(_count, bytes, sinceAnswer);
    }

    private void Pong() => _peer.SendBytes(RawPeer.Masked(Opcode.Pong, []));

    // Though it answers all the time.
    private void AssertClosedAfter(long least, long most)
    {
        var passed = 0L;
        for (; !_transport.IsOver; passed += 100)
        {
            Assert.InRange(passed, 0, most + Tick);
            _scene.Advance(100);
            Pong();
        }

        Assert.InRange(passed, least, most + (2 * Tick) + 100);
    }

    // In steps shorter than any time-out, as time passes, and a tick of the timing wheel more.
    private void Pass(long milliseconds)
    {
        for (var left = milliseconds + Tick; left > 0; left -= 500)
        {
            _scene.Advance(Math.Min(left, 500));
        }
    }
}
