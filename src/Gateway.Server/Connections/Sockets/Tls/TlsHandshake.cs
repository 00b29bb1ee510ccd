using System.Buffers;
using System.ComponentModel;
using System.Net;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>
/// An accepted socket on which TLS begins, until it is known what the client wants. An upgrade on the gateway's paths goes on as a connection of this lane; anything else
/// goes to Kestrel through an <see cref="HttpBridge"/>. Belongs to its lane.
/// </summary>
/// <remarks>First it steps through the TLS handshake on the bare socket; then it is the first owner of the transport, and gives that away with the bytes that belong to the next.</remarks>
internal sealed class TlsHandshake(LaneSocketNode node, TlsContext context, LaneListener listener, Lane lane, int socket, IPAddress address)
    : WheelEntry, IReady, ILaneWork, ITransportOwner
{
    public const int StartCode = 1;

    private readonly EpollPoller _poller = LaneSocketNode.PollerOf(lane);
    private LaneSocket<TlsChannel>? _transport;
    private nint _session;
    private int _slot = -1;
    private bool _isInLine;
    private bool _isRefused;

    /// <summary>True when the client has been answered, which is what costs.</summary>
    public bool IsBegun => _session != 0;

    /// <summary>True when nothing is watched any more.</summary>
    public bool IsClosed => _slot < 0;

    public void Execute(int code, object? argument, long number)
    {
        try
        {
            _slot = _poller.Add(socket, this);
        }
        catch (Win32Exception)
        {
            // The system watches no more files.
            node.OnFilesExhausted();
            _ = Libc.Close(socket);
            return;
        }

        lane.ScheduleIn(this, node.Connections.Limits.HandshakeTimeout);
    }

    public void OnReady(EpollEvents events)
    {
        // A client that says nothing costs no session. That the new socket can be written to is no news.
        if (!_isInLine && (_session != 0 || (events & ~EpollEvents.Out) != EpollEvents.None))
        {
            _isInLine = true;
            node.TurnsOf(lane).Enqueue(this);
        }
    }

    /// <summary>Goes on with the TLS handshake as far as what has come allows.</summary>
    public void Step()
    {
        _isInLine = false;
        if (_slot < 0 || _transport is not null)
        {
            return;
        }

        if (_session == 0 && (_session = context.Open(socket)) == 0)
        {
            Close();
            return;
        }

        OpenSsl.ClearErrors();
        var result = OpenSsl.Accept(_session);
        if (result == 1)
        {
            _transport = new LaneSocket<TlsChannel>(lane, _poller, new TlsChannel(context.OutputOf(lane), _session, socket), _slot);
            _poller.Replace(_slot, _transport);
            _transport.Start(this);
        }
        else if (OpenSsl.GetError(_session, result) is not (OpenSsl.ErrorWantRead or OpenSsl.ErrorWantWrite))
        {
            // Gone, or speaks no TLS of ours; OpenSSL has told the client why.
            Close();
        }
    }

    /// <summary>The client has had its time: for TLS, for its request, or to take the refusal.</summary>
    public override void OnDue()
    {
        if (_isRefused)
        {
            _transport!.Abort();
        }
        else if (_transport is not null)
        {
            Refuse(HandshakeRejection.TimedOut);
        }
        else
        {
            node.Connections.CountRefused(HandshakeRejection.TimedOut);
            Close();
        }
    }

    public void OnLaneStopped() => CloseFile();

    public void OnReceived(ref ReadOnlySequence<byte> bytes)
    {
        if (_isRefused)
        {
            bytes = bytes.Slice(bytes.End);
            return;
        }

        var status = HandshakeParser.TryParse(bytes, node.Connections.HandshakeLimits, out var request, out var rejection, out var consumed);
        switch (status)
        {
            case HandshakeStatus.NeedMore:
                break;
            case HandshakeStatus.Upgrade:
                bytes = bytes.Slice(consumed);
                Upgrade(request!);
                break;
            case HandshakeStatus.Invalid:
                bytes = bytes.Slice(bytes.End);
                Refuse(rejection);
                break;
            default:
                lane.Timers.Cancel(this);
                var limits = node.Connections.Limits;
                var bridge = new HttpBridge(lane, _transport!, limits.WriteTimeout, limits.CloseTimeout);
                _transport!.Start(bridge);
                listener.HandOver(new BridgedConnection(bridge, SocketAddresses.RemoteOf(socket), SocketAddresses.LocalOf(socket)));
                break;
        }
    }

    public void OnWritable()
    {
        // The answers are short and written once.
    }

    public void OnClosed(bool byPeer) => lane.Timers.Cancel(this);

    private void Upgrade(HandshakeRequest request)
    {
        var rejection = node.Connections.Admit(request, address, out var terms);
        if (rejection != HandshakeRejection.None)
        {
            Refuse(rejection);
            return;
        }

        lane.Timers.Cancel(this);

        // From here on it is the connection that leaves the admission, however it ends.
        var connection = node.Connections.Create(lane, _transport!, request, terms);
        var answer = node.Scratch(lane);
        HandshakeResponse.Write(answer, request.SecWebSocketKey, terms.SubProtocol, terms.Deflate);
        var sent = _transport!.Send([answer.WrittenMemory]);
        connection.Open();
        if (sent < answer.WrittenCount)
        {
            // Is gone, or has sent half a message of TLS behind its request, and cannot be answered.
            _transport.Abort();
        }
    }

    private void Refuse(HandshakeRejection rejection)
    {
        _isRefused = true;
        node.Connections.CountRefused(rejection);
        var answer = node.Scratch(lane);
        rejection.Write(answer, ConnectionNode.RetryAfter(rejection));
        _transport!.Send([answer.WrittenMemory]);

        // What the client still sends is read and forgotten: unread, it would make the kernel answer with a reset, which can overtake the response.
        _transport.Shutdown();
        lane.ScheduleIn(this, node.Connections.Limits.CloseTimeout);
    }

    private void Close()
    {
        lane.Timers.Cancel(this);
        _poller.Remove(_slot);
        _slot = -1;
        CloseFile();
    }

    private void CloseFile()
    {
        if (_session != 0)
        {
            context.Close(_session);
        }

        _ = Libc.Close(socket);
    }
}
