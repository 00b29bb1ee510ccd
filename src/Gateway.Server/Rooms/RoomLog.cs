namespace Gateway.Server.Rooms;

/// <summary>The kept messages of one room in memory: a ring that grows up to the kind's limit. Belongs to the room's home lane.</summary>
/// <remarks>Invariant: holds exactly the offsets First..Head, the message of offset o at index o mod ring length.</remarks>
internal sealed class RoomLog(string room, RoomKindOptions options, int maxIdempotencyKeys, long epoch)
{
    private RoomMessage?[] _ring = new RoomMessage?[16];

    public string Room { get; } = room;

    public long Epoch { get; } = epoch;

    public long Head { get; private set; }

    public long First { get; private set; } = 1;

    public long SizeBytes { get; private set; }

    /// <summary>When the log was last written to, in lane milliseconds.</summary>
    public long TouchedAt { get; private set; }

    /// <summary>While a room is open its log is not forgotten, however empty: the epoch must not change under its members.</summary>
    public bool IsOpen { get; set; }

    public IdempotencyWindow Keys { get; } = new(maxIdempotencyKeys);

    /// <summary>Takes a reference of its own.</summary>
    public long Append(RoomMessage message, long now)
    {
        TouchedAt = now;
        if (Head - First + 1 == options.MaxHistoryCount)
        {
            DropOldest();
        }
        else if (Head - First + 1 == _ring.Length)
        {
            Grow();
        }

        Head++;
        _ring[Head % _ring.Length] = message.Retain();
        SizeBytes += message.SizeBytes;
        while (SizeBytes > options.MaxHistoryBytes && First < Head)
        {
            DropOldest();
        }

        return Head;
    }

    public void DropOlderThan(long unixMilliseconds)
    {
        while (First <= Head && _ring[First % _ring.Length]!.Time < unixMilliseconds)
        {
            DropOldest();
        }
    }

    public void DropOldest()
    {
        var slot = First % _ring.Length;
        var message = _ring[slot]!;
        _ring[slot] = null;
        SizeBytes -= message.SizeBytes;
        First++;
        message.Release();
    }

    public HistoryPage Read(long after, int maxCount, int maxBytes, int number)
    {
        var from = Math.Max(after + 1, First);
        var messages = new List<RoomMessage>((int)Math.Clamp(Head - from + 1, 0, maxCount));
        long bytes = 0;
        for (var offset = from; offset <= Head && messages.Count < maxCount && (bytes < maxBytes || messages.Count == 0); offset++)
        {
            var message = _ring[offset % _ring.Length]!;
            bytes += message.SizeBytes;
            messages.Add(message.Number == number ? message.Retain() : message.WithNumber(number));
        }

        return new HistoryPage(Epoch, Head, First, messages);
    }

    public void Clear()
    {
        while (First <= Head)
        {
            DropOldest();
        }
    }

    private void Grow()
    {
        var ring = new RoomMessage?[Math.Min(_ring.Length * 2, Math.Max(options.MaxHistoryCount, 16))];
        for (var offset = First; offset <= Head; offset++)
        {
            ring[offset % ring.Length] = _ring[offset % _ring.Length];
        }

        _ring = ring;
    }
}
