namespace Gateway.Server.Connections.Limiting;

/// <summary>The buckets of one connection. Lent by the lane while they are not full, so that a quiet connection holds none. Belongs to the connection's lane.</summary>
internal sealed class ConnectionRates
{
    // A pause this long ends a series of refusals.
    private const long PauseNanoseconds = 1_000_000_000;

    private long _messages;
    private long _bytes;
    private long _joins;
    private long _refusedSince;
    private long _refusedLast;

    /// <summary>Takes one frame.</summary>
    /// <returns>0, or the nanoseconds until it could be taken.</returns>
    public long Take(RateRules rules, long now, int byteCount, bool isJoin, out RateKind kind)
    {
        kind = RateKind.Messages;
        long wait;
        if (rules.Message > 0 && (wait = RateBucket.Take(ref _messages, now, rules.Message, rules.Burst)) > 0)
            return wait;
        kind = RateKind.Bytes;
        var bytes = rules.CostOfBytes(byteCount);
        if (bytes > 0 && (wait = RateBucket.Take(ref _bytes, now, bytes, rules.Burst)) > 0)
            return wait;
        kind = RateKind.Joins;
        return isJoin && rules.Join > 0 ? RateBucket.Take(ref _joins, now, rules.Join, rules.Burst) : 0;
    }

    /// <summary>Notes that a frame was refused, by whichever bucket.</summary>
    /// <returns>For how many nanoseconds that has gone on now.</returns>
    public long Refused(long now)
    {
        if (_refusedLast == 0 || now - _refusedLast > PauseNanoseconds)
            _refusedSince = now;
        _refusedLast = Math.Max(1, now);
        return now - _refusedSince;
    }

    /// <summary>True when nothing would be forgotten by giving it back.</summary>
    public bool IsFull(long now) => _messages <= now && _bytes <= now && _joins <= now && (_refusedLast == 0 || now - _refusedLast > PauseNanoseconds);

    /// <summary>As new, for the next connection.</summary>
    public void Reset() => _messages = _bytes = _joins = _refusedSince = _refusedLast = 0;
}
