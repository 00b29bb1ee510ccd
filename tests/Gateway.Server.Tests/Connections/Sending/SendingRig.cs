using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Connections.Transports;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>Connections on the real sockets of one lane, which turns when the test says so.</summary>
internal sealed class SendingRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly List<Exception> _faults = [];
    private readonly LocalRoom _room;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<SendingPeer> _peers = [];
    private readonly TlsContext? _tls;
    private long _offset;

    public SendingRig(int peerCount, ConnectionLimits limits, bool withRing, bool withTls = false)
    {
        _tls = withTls ? new TlsContext(TlsTestCertificate.Ecdsa()) : null;
        Node = new SimNode(
            1, new RoomsOptions(), limits, poller: () => new EpollPoller(_faults.Add), connections: new ConnectionOptions { AllowAnonymous = true, IoUring = withRing });
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(peerCount + 1);
        _room = Node.Rooms.LocalsOf(Node.Lanes[0]).GetOrAdd("chat:sending", Node.Rooms.Kinds.Of("chat:sending")!);
        BuffersBefore = WireBuffer.RentedCount;
        for (var i = 0; i < peerCount; i++)
            _ = Connect();
    }

    public SimNode Node { get; }

    public Outlets Outlets => Node.ConnectionLanes[0].Batch.Outlets;

    public IReadOnlyList<SendingPeer> Peers => _peers;

    /// <summary>Wire buffers in use before there was a connection.</summary>
    public long BuffersBefore { get; }

    /// <summary>Whether a room may send to the peer's connection without asking it.</summary>
    public bool IsFree(SendingPeer peer) => peer.Connection.Outlet >= 0 && Outlets[peer.Connection.Outlet] is { IsBusy: false, IsGathered: false };

    /// <summary>A member of a room, as far as it is sent to.</summary>
    public Membership MembershipOf(IdleHandler handler) => new(_room, handler, new JoinRequest(null, 0, 0, false, false, ""), 0) { State = MembershipState.Live };

    /// <summary>One message as a room hands it out, and what arrives of it.</summary>
    public (RoomTurn Turn, byte[] Bytes) BeginTurn(int length)
    {
        // bin 16, of MessagePack.
        byte[] payload = [0xc5, (byte)(length >> 8), (byte)length, .. new byte[length]];
        var message = RoomMessage.Create("e", payload, sender: null, conflationKey: null, 0);
        message.Seal(_room.Number, ++_offset);
        var turn = Node.Rooms.LocalsOf(Node.Lanes[0]).Turn;
        turn.Begin([message]);
        return (turn, message.Wire.Span.ToArray());
    }

    public bool TrySend(IdleHandler handler, RoomTurn turn) => Outlets.TrySend(MembershipOf(handler), turn, RoomPriority.High);

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
        foreach (var peer in _peers.Where(static peer => !peer.IsGone))
            peer.Break();
        Node.Dispose();
        _listener.Dispose();
        Assert.Equal(0, _tls?.OpenCount ?? 0);
        _tls?.Dispose();
    }

    /// <summary>One more, open.</summary>
    public SendingPeer Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        socket.Connect(_listener.LocalEndPoint!);
        Span<byte> address = stackalloc byte[SocketAddresses.MaxBytes];
        var length = address.Length;
        var file = Libc.Accept((int)_listener.Handle, ref MemoryMarshal.GetReference(address), ref length, Libc.NonBlocking | Libc.CloseOnExec);
        var lane = Node.Lanes[0];
        var poller = LaneSocketNode.PollerOf(lane);
        var slot = poller.Add(file, new Unready());
        var tls = _tls is null ? null : new OpenSslPeer(socket, OpenSslPeer.Tls13);
        ITransport transport = tls is null
            ? new LaneSocket<PlainChannel>(lane, poller, new PlainChannel(file), slot)
            : new LaneSocket<TlsChannel>(lane, poller, new TlsChannel(_tls!.OutputOf(lane), Shake(tls, file), file), slot);
        poller.Replace(slot, (IReady)transport);
        var peer = new SendingPeer(socket, tls, new IdleHandler());
        Node.Connect(0, $"c{_peers.Count}", transport, connection =>
        {
            peer.Connection = connection;
            return peer.Handler;
        });
        _peers.Add(peer);
        Node.Settle();
        return peer;
    }

    private nint Shake(OpenSslPeer peer, int file)
    {
        var session = _tls!.Open(file);
        var accepted = 0;
        while (!peer.Shake() || accepted != 1)
        {
            OpenSsl.ClearErrors();
            accepted = accepted == 1 ? 1 : OpenSsl.Accept(session);
            Assert.Null(peer.Fault);
        }

        return session;
    }

    private sealed class Unready : IReady
    {
        public void OnReady(EpollEvents events) => throw new InvalidOperationException("Replaced before the first turn.");

        public void OnLaneStopped()
        {
        }
    }
}
