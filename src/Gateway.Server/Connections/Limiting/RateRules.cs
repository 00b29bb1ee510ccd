namespace Gateway.Server.Connections.Limiting;

/// <summary>The rates of one scope as costs in nanoseconds; 0: no limit. Immutable.</summary>
internal sealed class RateRules
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly double _bytes;

    public RateRules(int messages, int bytes, int joins, TimeSpan burst)
    {
        Message = CostOf(messages);
        Join = CostOf(joins);
        _bytes = bytes == 0 ? 0 : NanosecondsPerSecond / bytes;
        Burst = (long)burst.TotalNanoseconds;
    }

    /// <summary>How far ahead of now a bucket may be moved.</summary>
    public long Burst { get; }

    public long Message { get; }

    public long Join { get; }

    /// <summary>Rounded down: a full bucket holds its rate times the burst, never one less.</summary>
    public static long CostOf(int perSecond) => perSecond == 0 ? 0 : Math.Max(1, (long)(NanosecondsPerSecond / perSecond));

    public long CostOfBytes(int count) => (long)(count * _bytes);
}
