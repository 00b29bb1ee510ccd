namespace Gateway.Server.Connections.Limiting;

/// <summary>The buckets of what several connections share, wherever their lanes are: a user, an address. Any thread.</summary>
internal abstract class SharedRates
{
    private long _messages;
    private long _bytes;
    private long _joins;

    /// <summary>When all buckets will be full again: from then on a new object is as good as this one.</summary>
    public long FullAt => Math.Max(Volatile.Read(ref _messages), Math.Max(Volatile.Read(ref _bytes), Volatile.Read(ref _joins)));

    /// <summary>In its owner's list of those who have left; there once, however often they come and go. For the owner alone.</summary>
    public bool IsListed { get; set; }

    /// <summary>Takes one frame. A frame that one bucket refuses may have been taken from those before it: attempts count.</summary>
    /// <returns>0, or the nanoseconds until it could be taken.</returns>
    public long Take(RateRules rules, long now, int byteCount, bool isJoin, out RateKind kind)
    {
        kind = RateKind.Messages;
        long wait;
        if (rules.Message > 0 && (wait = RateBucket.TakeShared(ref _messages, now, rules.Message, rules.Burst)) > 0)
            return wait;
        kind = RateKind.Bytes;
        var bytes = rules.CostOfBytes(byteCount);
        if (bytes > 0 && (wait = RateBucket.TakeShared(ref _bytes, now, bytes, rules.Burst)) > 0)
            return wait;
        kind = RateKind.Joins;
        return isJoin && rules.Join > 0 ? RateBucket.TakeShared(ref _joins, now, rules.Join, rules.Burst) : 0;
    }
}
