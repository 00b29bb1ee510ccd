using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Server.Tests.Connections.Transports;

public sealed class LaneListenerTests : IAsyncDisposable
{
    private const string HttpRequest = "GET /health/live HTTP/1.1\r\nHost: node\r\n\r\n";
    private const string BadUpgrade = "GET /ws HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\n\r\n";

    private readonly ListenerRig _rig = new();

    [Fact]
    public async Task HandOver_of_a_burst_faster_than_it_is_taken_cuts_nobody_off()
    {
        const int Count = 1500;
        for (var i = 0; i < Count; i++)
        {
            // By hundreds: the kernel's queue may be as short as 128.
            _rig.Connect(HttpRequest);
            if (i % 100 == 0)
            {
                _rig.TurnUntil(() => _rig.Poller.Count == 1);
            }
        }

        var taken = 0;
        while (taken < Count)
        {
            var accepted = _rig.Listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
            _rig.TurnUntil(() => accepted.IsCompleted);
            await using var connection = await accepted;
            var request = await connection!.Transport.Input.ReadAtLeastAsync(HttpRequest.Length, TestContext.Current.CancellationToken);
            Assert.Equal(HttpRequest, Encoding.ASCII.GetString(request.Buffer));
            taken++;
        }

        Assert.Empty(_rig.Faults);
    }

    [Fact]
    public void Unbind_in_the_middle_of_a_burst_leaves_the_lane_nothing_to_do()
    {
        for (var i = 0; i < 100; i++)
        {
            _rig.Connect();
        }

        // The command waits when the turn begins that accepts the first of them.
        var unbound = _rig.Listener.UnbindAsync(TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntil(() => unbound.IsCompleted);
        for (var i = 0; i < 10; i++)
        {
            _rig.Lane.Turn();
        }

        Assert.Equal(0, _rig.Lane.PendingCount);
        Assert.False(_rig.Poller.HasWork);
    }

    [Fact]
    public void Unbind_in_the_middle_of_a_burst_cuts_nobody_off_who_was_taken()
    {
        var peers = Enumerable.Range(0, 100).Select(_ => _rig.Connect(BadUpgrade)).ToList();
        _rig.Lane.Turn();
        var unbound = _rig.Listener.UnbindAsync(TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntil(() => unbound.IsCompleted && peers.TrueForAll(static peer => peer.Available > 0));
    }

    [Fact]
    public void Accept_of_a_burst_leaves_nobody_in_the_queue_of_the_kernel()
    {
        for (var i = 0; i < 100; i++)
        {
            _rig.Connect();
        }

        Assert.Equal(100, KernelQueues.Waiting(_rig.Listener.EndPoint));
        _rig.Lane.Turn();
        Assert.Equal(0, KernelQueues.Waiting(_rig.Listener.EndPoint));
    }

    [Fact]
    public void Accept_of_a_burst_takes_turns_with_the_connections_that_are_there()
    {
        for (var i = 0; i < 100; i++)
        {
            _rig.Connect();
        }

        _rig.Lane.Turn();
        Assert.Equal(1 + 64, _rig.Poller.Count);
        _rig.TurnUntil(() => _rig.Poller.Count == 1 + 100);
    }

    [Fact]
    public void Refused_one_that_keeps_sending_is_closed_in_time_and_its_number_is_not_read_from_again()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var peer = _rig.Connect(BadUpgrade);
        _rig.TurnUntil(() => peer.Available > 0);
        Assert.Equal(2, _rig.Poller.Count);

        // It is read from, is to be read from again in the next turn, and its time is over, all in one turn.
        _rig.Time.Advance((long)_rig.Limits.CloseTimeout.TotalMilliseconds + 100);
        peer.Send(new byte[1000]);
        _rig.TurnUntil(() => _rig.Poller.Count == 1);

        // Whoever opens files now gets the number.
        var strangers = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            one.Connect(listener.LocalEndPoint!);
            var other = listener.Accept();
            one.Send("mine"u8);
            other.Send("mine"u8);
            strangers.Add(one);
            strangers.Add(other);
        }

        _rig.Lane.Turn();
        _rig.Lane.Turn();
        Assert.All(strangers, static each => Assert.Equal(4, each.Available));
        strangers.ForEach(static each => each.Dispose());
    }

    [Fact]
    public void Refused_one_that_keeps_sending_gets_one_read_a_turn()
    {
        var peer = _rig.Connect(BadUpgrade);
        _rig.TurnUntil(() => peer.Available > 0);
        peer.Blocking = false;
        var chunk = new byte[256 * 1024];
        for (var turn = 0; turn < 50; turn++)
        {
            // News each turn, besides the turn that was asked for.
            peer.Send(chunk, SocketFlags.None, out _);
            _rig.Lane.Turn();
            Assert.InRange(_rig.Poller.DeferredCount, 0, 1);
        }
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();
}
