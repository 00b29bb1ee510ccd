using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Server.Connections;
using Gateway.Server.Lanes;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>A transport on a lane of the test's own, and its peer: a real TCP socket whose calls block. The test makes the turns.</summary>
internal abstract class TransportRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Stream? _peerStream;

    protected TransportRig(IPoller poller)
    {
        Lane = new Lane(0, TimeProvider.System, poller, 1024, Faults.Add);
        Listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Listener.Listen();
        Peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds };
        Peer.Connect(Listener.LocalEndPoint!);
    }

    public List<Exception> Faults { get; } = [];

    public Lane Lane { get; }

    public TransportLog Owner { get; } = new();

    public Socket Peer { get; }

    public abstract ITransport Transport { get; }

    /// <summary>The transport knows how far its peer is.</summary>
    public virtual bool TellsTaken => true;

    /// <summary>What the peer reads and writes; blocks.</summary>
    public Stream PeerStream => _peerStream ??= OpenPeer(new NetworkStream(Peer, ownsSocket: false));

    /// <summary>The peer waits to be accepted from it.</summary>
    protected Socket Listener { get; }

    /// <summary>Makes turns until something is so.</summary>
    public void TurnUntil(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "What the test waits for did not come. So far: " + string.Join(", ", Owner.Calls.TakeLast(5)));
            if (!Lane.Turn())
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Has the peer say that it will send no more.</summary>
    public virtual void EndPeerHalf() => Peer.Shutdown(SocketShutdown.Send);

    /// <summary>Has the peer's socket closed with a reset.</summary>
    public void ResetPeer()
    {
        Peer.LingerState = new LingerOption(enable: true, seconds: 0);
        Peer.Close();
    }

    /// <summary>What the peer speaks on its socket.</summary>
    protected virtual Stream OpenPeer(NetworkStream stream) => stream;

    public virtual void Dispose()
    {
        Peer.Dispose();
        Listener.Dispose();
        Lane.Dispose();
    }
}
