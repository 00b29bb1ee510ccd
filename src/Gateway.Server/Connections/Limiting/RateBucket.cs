namespace Gateway.Server.Connections.Limiting;

/// <summary>
/// A token bucket in one number (the generic cell rate algorithm, ITU-T I.371): the moment, in nanoseconds, at which the bucket will be full again. What is taken moves it on by
/// its cost; what would move it further than the burst ahead of now is refused and takes nothing.
/// </summary>
/// <remarks>Hot path: twice or three times for each frame; LimitBenchmarks.</remarks>
internal static class RateBucket
{
    /// <summary>Takes from a bucket that one thread uses.</summary>
    /// <returns>0 when taken, else how many nanoseconds until it could be.</returns>
    public static long Take(ref long fullAt, long now, long cost, long burst)
    {
        var next = Math.Max(fullAt, now) + cost;
        if (next - now > burst)
            return next - now - burst;
        fullAt = next;
        return 0;
    }

    /// <summary>Takes from a bucket that several threads use; exact, and lock-free: whoever comes second looks again.</summary>
    /// <returns>0 when taken, else how many nanoseconds until it could be.</returns>
    public static long TakeShared(ref long fullAt, long now, long cost, long burst)
    {
        var seen = Volatile.Read(ref fullAt);
        while (true)
        {
            var next = Math.Max(seen, now) + cost;
            if (next - now > burst)
                return next - now - burst;
            var before = Interlocked.CompareExchange(ref fullAt, next, seen);
            if (before == seen)
                return 0;
            seen = before;
        }
    }
}
