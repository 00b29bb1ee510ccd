namespace Gateway.Server.Rooms;

/// <summary>Remembers for a while which keys were published and at which offset; bounded, oldest forgotten first. Belongs to one lane.</summary>
internal sealed class IdempotencyWindow(int maxKeys)
{
    private readonly Dictionary<UInt128, long> _offsets = [];
    private readonly Queue<(UInt128 Key, long Expires)> _order = new();

    public int Count => _offsets.Count;

    public bool TryGet(UInt128 key, long now, out long offset)
    {
        Expire(now);
        return _offsets.TryGetValue(key, out offset);
    }

    public void Add(UInt128 key, long offset, long now, TimeSpan window)
    {
        if (_order.Count >= maxKeys)
        {
            _offsets.Remove(_order.Dequeue().Key);
        }

        _offsets[key] = offset;
        _order.Enqueue((key, now + (long)window.TotalMilliseconds));
    }

    /// <summary>Forgets what is beyond its window.</summary>
    public void Expire(long now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Expires <= now)
        {
            _order.Dequeue();
            _offsets.Remove(oldest.Key);
        }
    }
}
