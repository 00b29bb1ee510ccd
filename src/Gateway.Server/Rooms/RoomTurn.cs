using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Rooms;

/// <summary>
/// What a room got within one turn of a lane, in the forms its members want: each message by itself, and all of them as one WebSocket message. One for each lane, reused; a form is
/// made when the first member asks for it.
/// </summary>
/// <remarks>Hot path; benchmarked by RoomPublishBenchmarks. The buffers belong to the turn; who keeps one takes a reference.</remarks>
internal sealed class RoomTurn(WireEncoder encoder)
{
    private const int EncodingCount = 4;

    private readonly List<RoomMessage> _messages = [];
    private readonly List<WireBuffer?> _singles = [];
    private readonly WireBuffer?[] _batches = new WireBuffer?[EncodingCount];

    private int _batchPayloadBytes;

    public int Count => _messages.Count;

    /// <summary>The lowest offset in the turn; 0 when it has only transient messages.</summary>
    public long FirstOffset { get; private set; }

    /// <summary>The highest offset in the turn; 0 when it has only transient messages.</summary>
    public long LastOffset { get; private set; }

    public int TotalBytes { get; private set; }

    public RoomMessage this[int index] => _messages[index];

    /// <summary>Takes over the references in the list and empties it.</summary>
    public void Begin(List<RoomMessage> messages)
    {
        _messages.AddRange(messages);
        messages.Clear();
        foreach (var message in _messages)
        {
            TotalBytes += message.Wire.Length;
            if (message.Offset > 0)
            {
                FirstOffset = FirstOffset == 0 ? message.Offset : FirstOffset;
                LastOffset = message.Offset;
            }
        }
    }

    /// <summary>One message.</summary>
    public WireBuffer Single(int index, WireEncoding encoding)
    {
        if (encoding == WireEncoding.MessagePack)
        {
            return _messages[index].Wire;
        }

        var slot = (index * EncodingCount) + (int)encoding;
        while (_singles.Count <= slot)
        {
            _singles.Add(null);
        }

        return _singles[slot] ??= encoder.Encode(_messages[index].Frame, encoding);
    }

    /// <summary>All messages as one WebSocket message.</summary>
    public WireBuffer All(WireEncoding encoding)
    {
        if (_messages.Count == 1)
        {
            return Single(0, encoding);
        }

        if (_batches[(int)encoding] is { } made)
        {
            return made;
        }

        var native = _batches[(int)WireEncoding.MessagePack] ??= Concatenate();
        return encoding == WireEncoding.MessagePack
            ? native
            : _batches[(int)encoding] = encoder.Encode(native.Writable[FrameWriter.MaxServerHeaderBytes..(FrameWriter.MaxServerHeaderBytes + _batchPayloadBytes)], encoding);
    }

    public void End()
    {
        foreach (var single in _singles)
        {
            single?.Release();
        }

        foreach (ref var batch in _batches.AsSpan())
        {
            batch?.Release();
            batch = null;
        }

        foreach (var message in _messages)
        {
            message.Release();
        }

        _singles.Clear();
        _messages.Clear();
        FirstOffset = LastOffset = TotalBytes = 0;
    }

    private WireBuffer Concatenate()
    {
        var buffer = WireBuffer.Rent(FrameWriter.MaxServerHeaderBytes + TotalBytes);
        var end = FrameWriter.MaxServerHeaderBytes;
        foreach (var message in _messages)
        {
            var frame = message.Frame;
            frame.CopyTo(buffer.Writable[end..]);
            end += frame.Length;
        }

        _batchPayloadBytes = end - FrameWriter.MaxServerHeaderBytes;
        WireEncoder.Seal(buffer, end, Opcode.Binary);
        return buffer;
    }
}
