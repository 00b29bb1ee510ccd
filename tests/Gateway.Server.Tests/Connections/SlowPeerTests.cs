using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Tests.Connections.Limiting;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections;

/// <summary>Peers on links so slow that the transport says for long that it takes no more, though its kernel brings bytes to them.</summary>
public sealed class SlowPeerTests : IDisposable
{
    private const long Tick = TimingWheel.TickMilliseconds;
    private const long WriteTimeout = 20_000;
    private const long Interval = 30_000;
    private const long Timeout = 4_000;
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

    public SlowPeerTests() => _peer = _scene.Enter(out _transport);

    [Fact]
    public void One_that_takes_bytes_is_not_closed_before_it_has_taken_none_for_the_write_time_out()
    {
        _scene.Node.On(0, () => _transport.SetWindow(0));
        _peer.Send(LimitScene.Ping(1));
        _scene.Node.Settle();
        for (var i = 0; i < 40; i++)
        {
            Take(sinceAnswer: 0);
            Pass(WriteTimeout / 4);
            _peer.SendBytes(RawPeer.Masked(Opcode.Pong, []));
        }

        Assert.False(_transport.IsOver);

        // It is looked at in quarters: a little may have been seen late.
        Stay(sinceAnswer: 0);
        for (var i = 0; i < 3; i++)
        {
            Pass(WriteTimeout / 4);
            _peer.SendBytes(RawPeer.Masked(Opcode.Pong, []));
        }

        Assert.False(_transport.IsOver);
        Pass(WriteTimeout / 4);
        Pass(WriteTimeout / 4);
        Assert.True(_transport.IsOver);
        Assert.Equal(1, _scene.Hits(LimitName.WriteTimeout));
    }

    [Fact]
    public void Ping_that_has_not_reached_it_is_waited_for_while_it_takes_bytes()
    {
        Pass(Interval);
        for (var i = 0; i < 40; i++)
        {
            Take(sinceAnswer: 100);
            Pass(Timeout);
        }

        Assert.Null(LimitScene.CloseCodeOf(_peer));

        // Now it has the ping, and its time for the answer.
        _transport.Taken = new TakenBytes(_count, IsAll: true, SinceAnswer: 0);
        Pass(Timeout);
        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
        Assert.Equal(1, _scene.Hits(LimitName.HeartbeatTimeout));
        Assert.Equal(0, _scene.Hits(LimitName.WriteTimeout));
    }

    [Fact]
    public void Pong_at_last_is_as_good_as_one_in_time()
    {
        Pass(Interval);
        Take(sinceAnswer: 100);
        Pass(Timeout);
        _transport.Taken = new TakenBytes(_count, IsAll: true, SinceAnswer: 0);
        _peer.SendBytes(RawPeer.Masked(Opcode.Pong, []));
        Pass(WriteTimeout);
        Assert.False(_transport.IsOver);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
    }

    [Fact]
    public void Ping_that_does_not_reach_one_whose_kernel_says_nothing_is_waited_for_no_longer_than_any()
    {
        Pass(Interval);
        Stay(sinceAnswer: AlmostTimeout + Interval);
        _scene.Advance(AlmostTimeout - Tick);
        Assert.Null(LimitScene.CloseCodeOf(_peer));
        Pass(1);
        Assert.Equal(4102, LimitScene.CloseCodeOf(_peer));
    }

    [Fact]
    public void Ping_that_does_not_reach_one_that_takes_nothing_is_waited_for_as_long_as_all_that_waits()
    {
        Pass(Interval);
        Stay(sinceAnswer: 100);
        Pass(Timeout);
        Pass(WriteTimeout - (WriteTimeout / 4));
        Assert.False(_transport.IsOver);
        Pass(WriteTimeout / 4);
        Assert.True(_transport.IsOver);
        Assert.Equal(1, _scene.Hits(LimitName.WriteTimeout));
        Assert.Equal(0, _scene.Hits(LimitName.HeartbeatTimeout));
    }

    public void Dispose() => _scene.Dispose();

    private void Take(long sinceAnswer)
    {
        _count += 500;
        Stay(sinceAnswer);
    }

    private void Stay(long sinceAnswer) => _transport.Taken = new TakenBytes(_count, IsAll: false, sinceAnswer);

    // In steps shorter than any time-out, as time passes, and a tick of the timing wheel more.
    private void Pass(long milliseconds)
    {
        for (var left = milliseconds + Tick; left > 0; left -= 500)
        {
            _scene.Advance(Math.Min(left, 500));
        }
    }
}
