using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>A listener on a real port whose only lane turns when the test says so, on a clock of the test's; its peers are real TCP sockets whose calls block.</summary>
internal sealed class ListenerRig : IAsyncDisposable
{
    public const string HttpRequest = "POST /upload HTTP/1.1\r\nHost: node\r\n\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SimNode _node;
    private readonly LaneSet _lanes;
    private readonly List<Socket> _peers = [];

    /// <param name="tls">Null for plain TCP.</param>
    public ListenerRig(TlsContext? tls = null, ConnectionLimits? limits = null)
    {
        _node = new SimNode(1, new RoomsOptions(), limits ?? new ConnectionLimits());
        _lanes = new LaneSet(1, index => new Lane(index, _node.Time, new EpollPoller(Faults.Add), 1024, Faults.Add));
        Sockets = new LaneSocketNode(_lanes, _node.Node, NullLogger<LaneSocketNode>.Instance, _node.Time);
        Listener = new LaneListener(new IPEndPoint(IPAddress.Loopback, 0), Sockets, tls, NullLoggerFactory.Instance);
        Lane.Turn();
    }

    public List<Exception> Faults { get; } = [];

    public LaneListener Listener { get; }

    public LaneSocketNode Sockets { get; }

    public Lane Lane => _lanes[0];

    public EpollPoller Poller => (EpollPoller)Lane.Poller;

    public ManualTime Time => _node.Time;

    public LiveLimits Live => _node.Live;

    public ConnectionLimits Limits => _node.Live.Values;

    public Admission Admission => _node.Node.Admission;

    public long Hits(LimitName limit) => _node.Gauges.HitsOf(limit)!.Value;

    /// <summary>A peer whose connection waits to be accepted.</summary>
    public Socket Connect(string? request = null)
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds };
        _peers.Add(peer);
        peer.Connect(Listener.EndPoint);
        if (request is not null)
        {
            peer.Send(Encoding.ASCII.GetBytes(request));
        }

        return peer;
    }

    /// <summary>Has a peer make its handshake and a request of Kestrel's.</summary>
    /// <returns>Its connection, whose other end is the test's, as Kestrel's would be.</returns>
    public async Task<ConnectionContext> EnterAsync(OpenSslPeer peer)
    {
        TurnUntil(peer.Shake);
        Assert.Equal(HttpRequest.Length, peer.Write(Encoding.ASCII.GetBytes(HttpRequest)));
        var accepting = Listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        TurnUntil(() => accepting.IsCompleted);
        var context = (await accepting)!;
        var reading = context.Transport.Input.ReadAtLeastAsync(HttpRequest.Length, TestContext.Current.CancellationToken).AsTask();
        TurnUntil(() => reading.IsCompleted);
        context.Transport.Input.AdvanceTo((await reading).Buffer.End);
        return context;
    }

    public void TurnUntil(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "What the test waits for did not come.");
            if (!Lane.Turn())
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Makes turns until nothing is under way any more that does not wait for a peer.</summary>
    public void TurnUntilNothingMoves()
    {
        for (var quiet = 0; quiet < 1000; quiet = Lane.Turn() ? 0 : quiet + 1)
        {
            Thread.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        var end = Listener.DisposeAsync();
        Lane.Turn();
        await end;
        _peers.ForEach(static peer => peer.Dispose());
        Lane.Dispose();
        _node.Dispose();
    }
}
