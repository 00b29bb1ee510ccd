namespace Gateway.Server.Connections.Limiting;

/// <summary>
/// How often each limit was met, and how close one came to it lately. Written by one lane, or by any thread through <see cref="HitShared"/>; read by metrics at any time, where
/// a value a moment old is good enough.
/// </summary>
internal sealed class LimitUse
{
    private static readonly int Count = Enum.GetValues<LimitName>().Length;

    private readonly long[] _hits = new long[Count];
    private readonly long[] _peaks = new long[Count];
    private readonly long[] _peaksBefore = new long[Count];

    public long HitsOf(LimitName limit) => Volatile.Read(ref _hits[(int)limit]);

    /// <summary>The highest use of the last minute or two.</summary>
    public long PeakOf(LimitName limit) => Math.Max(Volatile.Read(ref _peaks[(int)limit]), Volatile.Read(ref _peaksBefore[(int)limit]));

    public void Hit(LimitName limit) => _hits[(int)limit]++;

    public void HitShared(LimitName limit) => Interlocked.Increment(ref _hits[(int)limit]);

    /// <summary>Notes a use, the highest of which is kept.</summary>
    public void Raise(LimitName limit, long use)
    {
        if (use > _peaks[(int)limit])
            _peaks[(int)limit] = use;
    }

    /// <summary>Once a minute. A use that is noted at this very moment may be forgotten.</summary>
    public void ForgetOldPeaks()
    {
        _peaks.CopyTo(_peaksBefore, 0);
        Array.Clear(_peaks);
    }
}
