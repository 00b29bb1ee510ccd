using System.Buffers;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

internal sealed partial class Connection
{
    // A frame of 6 bytes for one of 2: a flood of pings would cost far more than a flood of messages, which their rate bounds.
    private const int MaxPongsPerRead = 16;

    private MessageReader _reader;
    private bool _isReadingPaused;
    private bool _isHeld;

    private bool IsReading => !_isReadingPaused && !_isHeld;

    /// <summary>The handler takes nothing more until <see cref="GoOnReading"/>.</summary>
    public void HoldReading()
    {
        _isHeld = true;
        _transport.PauseReading();
    }

    public void GoOnReading()
    {
        if (_isHeld)
        {
            _isHeld = false;
            ResumeReading();
        }
    }

    public void OnReceived(ref ReadOnlySequence<byte> bytes)
    {
        _lastReceived = Lane.Now;
        var before = bytes.Length;
        var pings = 0;
        while (_state == State.Open && IsReading && !bytes.IsEmpty)
        {
            var status = _reader.Read(ref bytes, _home.Scratch, out var message);
            if (status == MessageReadStatus.NeedMore)
            {
                break;
            }

            if (status == MessageReadStatus.Ping && ++pings > MaxPongsPerRead)
            {
                // Only the last of so many is answered, as RFC 6455 5.5.3 allows.
                _home.Flights?.ReceivedControl(this, Opcode.Ping, message.Payload.Length);
                _home.LastPing = message.Payload;
                continue;
            }

            Handle(status, message);
        }

        if (pings > MaxPongsPerRead && _state == State.Open)
        {
            EnqueueControl(Opcode.Pong, _home.LastPing);
        }

        if (_state is State.Closing && !bytes.IsEmpty)
        {
            AwaitPeersClose(ref bytes);
        }

        if (_state is State.Ending or State.Closed)
        {
            // Whatever a peer sends after the end of the conversation is read and dropped, so that TCP does not answer it with a reset that eats our close frame.
            bytes = bytes.Slice(bytes.End);
        }

        _home.Counters.ReceivedBytes += before - bytes.Length;
    }

    private void Handle(MessageReadStatus status, in ReceivedMessage message)
    {
        switch (status)
        {
            case MessageReadStatus.Message:
                _home.Counters.ReceivedMessages++;
                _home.Counters.Limits.Raise(LimitName.MaxMessageBytes, message.Payload.Length);
                _handler.OnMessage(message.Opcode, message.Payload);
                PauseIfFull();
                break;
            case MessageReadStatus.Ping:
                _home.Flights?.ReceivedControl(this, Opcode.Ping, message.Payload.Length);
                EnqueueControl(Opcode.Pong, message.Payload);
                PauseIfFull();
                break;
            case MessageReadStatus.Close:
                // Answered with its own code (RFC 6455 5.5.1); none at all with none.
                _home.Flights?.ReceivedControl(this, Opcode.Close, message.Payload.Length);
                Close((ushort)message.CloseCode, "", byPeer: true);
                break;
            case MessageReadStatus.Violation:
                if (message.CloseCode == CloseCode.MessageTooBig)
                    _home.Counters.Limits.Hit(LimitName.MaxMessageBytes);
                Close((ushort)message.CloseCode, message.Violation.Sentence(), byPeer: false, awaitPeer: false);
                break;
            default:
                break;
        }
    }

    // We have said goodbye: only the peer's close frame matters now. A reader that has seen a violation is finished; then the end of TCP is awaited.
    private void AwaitPeersClose(ref ReadOnlySequence<byte> bytes)
    {
        while (!_reader.IsFinished && !bytes.IsEmpty)
        {
            var status = _reader.Read(ref bytes, _home.Scratch, out _);
            if (status == MessageReadStatus.NeedMore)
            {
                return;
            }

            if (status is MessageReadStatus.Close)
            {
                _state = State.Ending;
                AskFlush();
            }
        }

        bytes = bytes.Slice(bytes.End);
    }

    private void ResumeReading()
    {
        if (IsReading)
        {
            _transport.ResumeReading();
        }
    }

    // A client that sends without reading its answers is not read from until it does.
    private void PauseIfFull()
    {
        if (!HasPlace && !_isReadingPaused)
        {
            _isReadingPaused = true;
            _transport.PauseReading();
            AskFlush();
        }
    }
}
