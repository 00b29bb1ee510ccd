using System.Net;
using System.Net.Sockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets.Tls;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>Clients that take the end of an answer slowly or not at all: Kestrel has said all and waits for them.</summary>
public sealed class TlsAnswerEndTests : IAsyncDisposable
{
    // A kernel opens its window again when a sixteenth of up to 6 MiB is free.
    private const int StepBytes = 700_000;

    // Taken in many steps, most of it out of the pipe.
    private const int LargeBytes = 12_000_000;

    // Taken in few: soon what is left lies in the kernel.
    private const int SmallBytes = 1_500_000;

    private readonly TlsContext _tls = new(TlsTestCertificate.Ecdsa());
    private readonly ListenerRig _rig;
    private readonly Socket _socket;
    private readonly EndPoint _end;
    private readonly OpenSslPeer _peer;

    public TlsAnswerEndTests()
    {
        _rig = new ListenerRig(_tls);
        _socket = _rig.Connect();
        _end = _socket.LocalEndPoint!;
        _peer = new OpenSslPeer(_socket, OpenSslPeer.Tls13);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_takes_nothing_of_it_is_ended_in_time(bool isBlockedBefore)
    {
        var context = await _rig.EnterAsync(_peer);
        _ = context.Transport.Output.WriteAsync(new byte[LargeBytes], TestContext.Current.CancellationToken).AsTask();
        if (isBlockedBefore)
        {
            _rig.TurnUntilNothingMoves();
        }

        var ending = context.DisposeAsync().AsTask();
        _rig.TurnUntilNothingMoves();
        Assert.False(ending.IsCompleted);

        // The first look sees what the client's kernel has taken of its own.
        Pass(_rig.Limits.CloseTimeout);
        Assert.False(ending.IsCompleted);
        PassUntilClosed(_rig.Limits.WriteTimeout);
        _rig.TurnUntil(() => ending.IsCompleted);
        await ending;
    }

    [Fact]
    public async Task Client_that_takes_it_slowly_is_not_ended_by_a_first_look_that_comes_after_the_write_time_out()
    {
        await using var rig = new ListenerRig(_tls, new ConnectionLimits { WriteTimeout = TimeSpan.FromSeconds(5), CloseTimeout = TimeSpan.FromSeconds(6) });
        using var peer = new OpenSslPeer(rig.Connect(), OpenSslPeer.Tls13);
        var context = await rig.EnterAsync(peer);
        _ = context.Transport.Output.WriteAsync(new byte[LargeBytes], TestContext.Current.CancellationToken).AsTask();
        var ending = context.DisposeAsync().AsTask();
        var buffer = new byte[64 * 1024];
        for (int received = 0, next = StepBytes; received < LargeBytes; next = Math.Min(LargeBytes, next + StepBytes))
        {
            rig.TurnUntil(() =>
            {
                received += peer.Read(buffer);
                Assert.Null(peer.Fault);
                return received >= next;
            });
            rig.TurnUntilNothingMoves();
            rig.Time.Advance(1000);
            rig.TurnUntilNothingMoves();
        }

        // It has all; how soon its kernel says so is the kernel's affair.
        rig.TurnUntil(() =>
        {
            rig.Time.Advance(100);
            return ending.IsCompleted;
        });
        await ending;
    }

    [Theory]
    [InlineData(SmallBytes)]
    [InlineData(LargeBytes)]
    public async Task Client_that_takes_it_slowly_gets_all_of_it(int length)
    {
        var context = await _rig.EnterAsync(_peer);
        var answer = new byte[length];
        new Random(1).NextBytes(answer);
        _ = context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask();
        var ending = context.DisposeAsync().AsTask();
        var received = new MemoryStream();
        while (received.Length < length)
        {
            Take(received, (int)Math.Min(length, received.Length + StepBytes));
            Pass(_rig.Limits.WriteTimeout - _rig.Limits.CloseTimeout);
        }

        Assert.Equal(answer, received.ToArray());

        // All that is left to do is to end its half, for which it has little time. Its kernel may take 40 ms to say that it has all, of no clock of the test's.
        _rig.TurnUntil(() => KernelQueues.Left(_rig.Listener.EndPoint, _end) == 0);
        PassUntilClosed(_rig.Limits.CloseTimeout);
        _rig.TurnUntil(() => ending.IsCompleted);
        await ending;
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        Assert.Empty(_rig.Faults);
        await _rig.DisposeAsync();
        Assert.Equal(0, _tls.OpenCount);
        _tls.Dispose();
    }

    private void Take(MemoryStream received, int length)
    {
        var buffer = new byte[64 * 1024];
        _rig.TurnUntil(() =>
        {
            received.Write(buffer, 0, _peer.Read(buffer));
            Assert.Null(_peer.Fault);
            return received.Length >= length;
        });
    }

    // The client's kernel may be late with what it takes or says. Five close time-outs are less than a write time-out.
    private void PassUntilClosed(TimeSpan time)
    {
        for (var i = 0; i < 5 && _tls.OpenCount > 0; i++)
        {
            Pass(time);
        }

        Assert.Equal(0, _tls.OpenCount);
    }

    // And a moment more.
    private void Pass(TimeSpan time)
    {
        _rig.TurnUntilNothingMoves();
        _rig.Time.Advance((long)time.TotalMilliseconds + 100);
        _rig.TurnUntilNothingMoves();
    }
}
