namespace Gateway.Nats.Connections;

/// <summary>A piece of what is to be sent. It holds whole operations only, so that any chunk can be the first one of a new connection.</summary>
/// <remarks>Belongs to the outbox, under its lock, until the write loop takes it; to the write loop until it gives it back.</remarks>
internal sealed class Chunk(int capacity)
{
    /// <summary>64 KiB: some 400 messages of 128 bytes a write, and what a socket takes at once by default.</summary>
    public const int UsualBytes = 64 * 1024;

    /// <summary>Left free at the end, for the PING and PONG that a batch may end with.</summary>
    public const int ControlBytes = 16;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private int _dataLength;

    public int Length { get; private set; }

    public int MessageCount { get; private set; }

    /// <summary>Payload and headers of the largest message.</summary>
    public int LargestMessageBytes { get; private set; }

    /// <summary>What only makes sense on the connection it was written for; it is not kept for the next.</summary>
    public bool IsControl { get; set; }

    public bool IsUsualSize => _bytes.Length == UsualBytes;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public bool HasRoomFor(int bytes) => Length + bytes <= _bytes.Length - ControlBytes;

    public Span<byte> Take(int bytes)
    {
        var span = _bytes.AsSpan(Length, bytes);
        Length += bytes;
        _dataLength = Length;
        return span;
    }

    public void CountMessage(int bytes)
    {
        MessageCount++;
        LargestMessageBytes = Math.Max(LargestMessageBytes, bytes);
    }

    /// <summary>Adds what is not kept when the chunk goes back.</summary>
    public void AppendControl(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void RemoveControl() => Length = _dataLength;

    /// <summary>Takes out the messages that are larger than a server allows; says how many.</summary>
    public int RemoveLargerThan(int maxMessageBytes)
    {
        var removed = 0;
        var kept = 0;
        LargestMessageBytes = 0;
        for (var position = 0; position < Length;)
        {
            var operation = WrittenOperation.At(_bytes.AsSpan(position, Length - position));
            if (operation.MessageBytes > maxMessageBytes)
            {
                removed++;
            }
            else
            {
                _bytes.AsSpan(position, operation.Length).CopyTo(_bytes.AsSpan(kept));
                kept += operation.Length;
                LargestMessageBytes = Math.Max(LargestMessageBytes, operation.MessageBytes);
            }

            position += operation.Length;
        }

        MessageCount -= removed;
        Length = _dataLength = kept;
        return removed;
    }

    public void Clear()
    {
        Length = 0;
        _dataLength = 0;
        MessageCount = 0;
        LargestMessageBytes = 0;
        IsControl = false;
    }
}
