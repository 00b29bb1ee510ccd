using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>As the owner: what goes out to all nodes that follow, gathered during a turn.</summary>
internal sealed partial class RelayedRoom
{
    private readonly List<RoomMessage> _outgoing = [];
    private long _outgoingEpoch;
    private long _outgoingOwnerEpoch;
    private long _sentAt;
    private bool _isFlushAsked;
    private bool _isUnsaid;

    public void Broadcast(RoomMessage message)
    {
        if (Seat.Lease is not { } lease)
            return;
        NoteForStandIns(message);
        if (_followers.Count == 0)
            return;
        if (_outgoing.Count > 0 && (_outgoingEpoch != Room.Epoch || _outgoingOwnerEpoch != lease.Epoch))
            SendOutgoing();
        (_outgoingEpoch, _outgoingOwnerEpoch) = (Room.Epoch, lease.Epoch);
        _outgoing.Add(message.Retain());
        AskFlush();
    }

    public void Announce(ReadOnlySpan<byte> frame)
    {
        if (_followers.Count == 0 || Seat.Lease is not { } lease)
            return;
        var body = new ArrayBufferWriter<byte>(frame.Length + 16);
        var bodyWriter = new MessagePackWriter(body);
        bodyWriter.WriteArrayHeader(2);
        bodyWriter.WriteInt(++_noticeCount);
        bodyWriter.WriteBinary(frame);
        bodyWriter.Flush();
        var buffer = BeginMessage(lease.Epoch, Room.Epoch);
        var writer = new MessagePackWriter(buffer);
        writer.WriteInt(NoticeOffset);
        writer.WriteBinary(body.WrittenSpan);
        writer.Flush();
        Send(buffer);
        SayHeadLater();
    }

    public void Flush()
    {
        _isFlushAsked = false;
        SendOutgoing();
        SayNews();
    }

    private void SendOutgoing()
    {
        if (_outgoing.Count == 0)
            return;
        var buffer = BeginMessage(_outgoingOwnerEpoch, _outgoingEpoch);
        foreach (var message in _outgoing)
        {
            var body = message.RelayBody;
            if (buffer.WrittenCount > MaxGatheredBytes || buffer.WrittenCount + body.Length + MaxOverheadBytes > _relay.Node.Wire.MaxMessageBytes)
            {
                Send(buffer);
                buffer = BeginMessage(_outgoingOwnerEpoch, _outgoingEpoch);
            }

            var writer = new MessagePackWriter(buffer);
            writer.WriteInt(message.Offset);
            writer.WriteBinary(body);
            writer.Flush();
        }

        Send(buffer);
        DropOutgoing();
        SayHeadLater();
    }

    private void AskFlush()
    {
        if (!_isFlushAsked)
        {
            _isFlushAsked = true;
            Room.Lane.FlushWriter(this);
        }
    }

    private void SayHeadLater()
    {
        _sentAt = Room.Lane.Now;
        if (!_isUnsaid)
        {
            _isUnsaid = true;
            _relay.AddUnsaid(this);
        }
    }

    // What the wire does not take is found as a hole, or by the head that is said when the room is quiet.
    private void Send(ArrayBufferWriter<byte> buffer)
    {
        if (!_relay.Node.Wire.TrySend(_subject, buffer.WrittenSpan))
            _relay.Node.Metrics.Unsent();
        else
            _relay.Node.Metrics.Sent();
    }

    private ArrayBufferWriter<byte> BeginMessage(long ownerEpoch, long epoch)
    {
        var buffer = _relay.Scratch;
        buffer.ResetWrittenCount();
        var writer = new MessagePackWriter(buffer);
        var isNumbered = IsNumbered();
        writer.WriteArrayHeader(isNumbered ? 4 : 3);
        writer.WriteInt(RelayInbox.Version);
        writer.WriteInt(ownerEpoch);
        writer.WriteInt(epoch);
        if (isNumbered)
            writer.WriteInt(_relay.NextNumber());
        writer.Flush();
        return buffer;
    }

    // In the midst of an upgrade there may be nodes that cannot read it. One that listens and is not known to follow yet, or not any more, finds out by its map and its checks, as if nothing had come.
    private bool IsNumbered()
    {
        foreach (var follower in _followers)
        {
            if (!follower.IsNumbered)
                return false;
        }

        return true;
    }

    private void DropOutgoing()
    {
        foreach (var message in _outgoing)
            message.Release();
        _outgoing.Clear();
    }
}
