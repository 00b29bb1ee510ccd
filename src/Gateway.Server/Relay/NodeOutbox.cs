using System.Buffers;
using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Lanes;

namespace Gateway.Server.Relay;

/// <summary>
/// What one lane has to say to one other node: gathered during a turn, sent as one message at its end. What the wire does not take is lost, as on the way: who waits for an answer asks again.
/// Belongs to the lane. Hot path.
/// </summary>
internal sealed class NodeOutbox : ILaneFlush
{
    // Sent before the turn ends beyond this, so that one message stays far below what NATS takes.
    private const int MaxGatheredBytes = 64 * 1024;

    private readonly LaneRelay _relay;
    private readonly byte[] _subject;
    private readonly byte[] _header;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private bool _isFlushAsked;

    public NodeOutbox(LaneRelay relay, NodeId self, string subject)
    {
        _relay = relay;
        _subject = RelaySubjects.Utf8(subject);
        var header = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(header);
        writer.WriteArrayHeader(5);
        writer.WriteInt(RelayInbox.Version);
        writer.WriteStringUtf8(Encoding.UTF8.GetBytes(self.Name));
        writer.WriteInt(self.Incarnation);
        writer.WriteInt(relay.Lane.Index);
        writer.Flush();
        _header = header.WrittenSpan.ToArray();
    }

    /// <summary>Begins an item. To be ended with <see cref="MessagePackWriter.Flush"/> and <see cref="End"/>.</summary>
    /// <param name="item">Which.</param>
    /// <param name="shard">What it is about.</param>
    /// <param name="fieldCount">How many fields follow.</param>
    /// <param name="sizeBytes">What the fields take at most.</param>
    public MessagePackWriter Begin(RelayItem item, int shard, int fieldCount, int sizeBytes = RelayedRoom.MaxOverheadBytes)
    {
        if (_buffer.WrittenCount + sizeBytes > _relay.Node.Wire.MaxMessageBytes)
            Send();
        var isEmpty = _buffer.WrittenCount == 0;
        if (isEmpty)
            _buffer.Write(_header);
        if (!_isFlushAsked)
        {
            _isFlushAsked = true;
            _relay.Lane.FlushWriter(this);
        }

        var writer = new MessagePackWriter(_buffer);
        if (isEmpty)
            writer.WriteInt(_relay.NextNumber());
        writer.WriteArrayHeader(2 + fieldCount);
        writer.WriteInt((int)item);
        writer.WriteInt(shard);
        return writer;
    }

    public void End()
    {
        if (_buffer.WrittenCount > MaxGatheredBytes)
            Send();
    }

    public void Flush()
    {
        _isFlushAsked = false;
        Send();
    }

    private void Send()
    {
        if (_buffer.WrittenCount == 0)
            return;
        if (!_relay.Node.Wire.TrySend(_subject, _buffer.WrittenSpan))
            _relay.Node.Metrics.Unsent();
        _buffer.ResetWrittenCount();
    }
}
