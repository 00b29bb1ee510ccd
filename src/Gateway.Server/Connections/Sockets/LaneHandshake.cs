using System.Buffers;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// An accepted socket of which it is not known yet what it wants. An upgrade on the gateway's paths becomes a <see cref="LaneSocket{TChannel}"/> on this lane; anything else goes
/// to Kestrel with every byte still in it. Belongs to its lane.
/// </summary>
/// <remarks>The first bytes are only peeked at, so that whoever gets the socket finds them there, and nothing is buffered for a client that takes its time.</remarks>
internal sealed class LaneHandshake(LaneSocketNode node, LaneListener listener, Lane lane, int socket, IPAddress address)
    : WheelEntry, IReady, ILaneWork
{
    public const int StartCode = 1;

    private readonly EpollPoller _poller = LaneSocketNode.PollerOf(lane);
    private int _slot;
    private bool _isRefused;
    private bool _isDeferred;

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
        if (_isRefused)
        {
            // A turn that was asked for may come after the end, when the file's number is somebody else's already.
            _isDeferred &= events != EpollEvents.None;
            if (_slot >= 0 && !_isDeferred)
            {
                Discard();
            }

            return;
        }

        var buffer = _poller.ReceiveBuffer;
        var length = (int)Libc.Receive(socket, ref buffer[0], buffer.Length, Libc.Peek | Libc.DontWait);
        if (length > 0)
        {
            Look(new ReadOnlySequence<byte>(buffer, 0, length), isEnd: (events & (EpollEvents.ReadHangUp | EpollEvents.HangUp)) != EpollEvents.None);
        }
        else if (length == 0 || Marshal.GetLastPInvokeError() is not (Libc.Again or Libc.Interrupted))
        {
            Close();
        }
    }

    /// <summary>The client has had its time: for its request, or to take the refusal.</summary>
    public override void OnDue()
    {
        if (_isRefused)
        {
            Close();
        }
        else
        {
            Refuse(HandshakeRejection.TimedOut);
        }
    }

    public void OnLaneStopped() => _ = Libc.Close(socket);

    private void Look(in ReadOnlySequence<byte> bytes, bool isEnd)
    {
        var status = HandshakeParser.TryParse(bytes, node.Connections.HandshakeLimits, out var request, out var rejection, out _);
        switch (status)
        {
            case HandshakeStatus.NeedMore when !isEnd:
                break;
            case HandshakeStatus.Upgrade:
                Take(request!.HeaderBytes);
                Upgrade(request);
                break;
            case HandshakeStatus.Invalid:
                Take((int)bytes.Length);
                Refuse(rejection);
                break;
            default:
                Stop();
                _poller.Remove(_slot, socket);
                listener.HandOver(socket);
                break;
        }
    }

    private void Upgrade(HandshakeRequest request)
    {
        var rejection = node.Connections.Admit(request, address, out var terms);
        if (rejection != HandshakeRejection.None)
        {
            Refuse(rejection);
            return;
        }

        Stop();
        var answer = node.Scratch(lane);
        HandshakeResponse.Write(answer, request.SecWebSocketKey, terms.SubProtocol, terms.Deflate);
        Send(answer.WrittenSpan);
        var transport = new LaneSocket<PlainChannel>(lane, _poller, new PlainChannel(socket), _slot);
        _poller.Replace(_slot, transport);
        node.Connections.Create(lane, transport, request, terms).Open();
    }

    // The socket is new and its buffer empty: a short answer goes in whole, or the peer is gone, which the next read will tell.
    private void Send(ReadOnlySpan<byte> answer) =>
        _ = Libc.Send(socket, in MemoryMarshal.GetReference(answer), answer.Length, Libc.NoSignal | Libc.DontWait);

    private void Refuse(HandshakeRejection rejection)
    {
        _isRefused = true;
        node.Connections.CountRefused(rejection);
        var answer = node.Scratch(lane);
        rejection.Write(answer, ConnectionNode.RetryAfter(rejection));
        Send(answer.WrittenSpan);

        // What the client has sent and we have not read would make the kernel answer with a reset, which can overtake the response.
        _ = Libc.Shutdown(socket, Libc.ShutdownWrite);
        lane.ScheduleIn(this, node.Connections.Limits.CloseTimeout);
        Discard();
    }

    private void Discard()
    {
        var received = Libc.Receive(socket, ref _poller.ReceiveBuffer[0], EpollPoller.BufferBytes, Libc.DontWait);
        if (received > 0)
        {
            _isDeferred = true;
            _poller.Defer(this);
        }
        else if (received == 0 || Marshal.GetLastPInvokeError() is not (Libc.Again or Libc.Interrupted))
        {
            Close();
        }
    }

    private void Take(int lengthBytes) => _ = Libc.Receive(socket, ref _poller.ReceiveBuffer[0], lengthBytes, Libc.DontWait);

    private void Stop() => lane.Timers.Cancel(this);

    private void Close()
    {
        if (_slot >= 0)
        {
            Stop();
            _poller.Remove(_slot);
            _slot = -1;
            _ = Libc.Close(socket);
        }
    }
}
