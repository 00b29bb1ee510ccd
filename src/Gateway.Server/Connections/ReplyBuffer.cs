using System.Buffers;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>
/// Gathers the frames that answer one connection within a turn, with place in front for the WebSocket header. Rented from the lane when the first answer is written, given back at the flush.
/// </summary>
internal sealed class ReplyBuffer : IBufferWriter<byte>
{
    private const int Front = FrameWriter.MaxServerHeaderBytes;

    private WireBuffer _buffer = WireBuffer.Rent(1024);
    private int _end = Front;

    public int WrittenCount => _end - Front;

    public ReadOnlySpan<byte> Written => _buffer.Writable[Front.._end];

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("Frames are written to spans.");

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        sizeHint = Math.Max(sizeHint, 1);
        if (_buffer.Writable.Length - _end < sizeHint)
        {
            var larger = WireBuffer.Rent(Math.Max(_buffer.Writable.Length * 2, _end + sizeHint));
            _buffer.Writable[.._end].CopyTo(larger.Writable);
            _buffer.Release();
            _buffer = larger;
        }

        return _buffer.Writable[_end..];
    }

    /// <summary>Takes back what was written after a point, for an answer that turned out wrong.</summary>
    public void Truncate(int writtenCount) => _end = Front + writtenCount;

    /// <summary>Gives the memory back; the writer is not used again.</summary>
    public void Drop() => _buffer.Release();

    /// <summary>The gathered frames as one WebSocket message; the writer begins anew. The caller owns the reference.</summary>
    public WireBuffer Take(WireEncoding encoding, WireEncoder encoder)
    {
        WireBuffer message;
        if (encoding == WireEncoding.MessagePack)
        {
            message = _buffer;
            WireEncoder.Seal(message, _end, Opcode.Binary);
            _buffer = WireBuffer.Rent(1024);
        }
        else
        {
            message = encoder.Encode(Written, encoding);
        }

        _end = Front;
        return message;
    }
}
