using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>Connections on the real sockets of one lane, which turns when the test says so.</summary>
internal sealed class SendingRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly List<Exception> _faults = [];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public SendingRig(int peerCount, ConnectionLimits limits, bool withRing)
    {
        Node = new SimNode(
            1, new RoomsOptions(), limits, poller: () => new EpollPoller(_faults.Add), connections: new ConnectionOptions { AllowAnonymous = true, IoUring = withRing });
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(peerCount);
        BuffersBefore = WireBuffer.RentedCount;
        Peers = [.. Enumerable.Range(0, peerCount).Select(Connect)];
        Node.Settle();
    }

    public SimNode Node { get; }

    public SendingPeer[] Peers { get; }

    /// <summary>Wire buffers in use before there was a connection.</summary>
    public long BuffersBefore { get; }

    /// <summary>Has all peers read and the lane turn until something is so.</summary>
    public void Until(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "What the test waits for did not come.");
            foreach (var peer in Peers)
                peer.Read(int.MaxValue);
            Node.Settle();
        }
    }

    public void AssertNoFaults()
    {
        Assert.Empty(_faults);
        Assert.Empty(Node.Faults);
    }

    public void Dispose()
    {
        Node.Dispose();
        _listener.Dispose();
    }

    private SendingPeer Connect(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        socket.Connect(_listener.LocalEndPoint!);
        Span<byte> address = stackalloc byte[SocketAddresses.MaxBytes];
        var length = address.Length;
        var file = Libc.Accept((int)_listener.Handle, ref MemoryMarshal.GetReference(address), ref length, Libc.NonBlocking | Libc.CloseOnExec);
        var lane = Node.Lanes[0];
        var poller = LaneSocketNode.PollerOf(lane);
        var slot = poller.Add(file, new Unready());
        var transport = new LaneSocket<PlainChannel>(lane, poller, new PlainChannel(file), slot);
        poller.Replace(slot, transport);
        var peer = new SendingPeer(socket, new IdleHandler());
        Node.Connect(0, $"c{number}", transport, connection =>
        {
            peer.Connection = connection;
            return peer.Handler;
        });
        return peer;
    }

    private sealed class Unready : IReady
    {
        public void OnReady(EpollEvents events) => throw new InvalidOperationException("Replaced before the first turn.");

        public void OnLaneStopped()
        {
        }
    }
}
