namespace Gateway.Server.Accounts;

/// <summary>
/// Counts attempts per source: a bucket of as many as are allowed in a minute, refilled evenly. Bounded: sources beyond the limit share
/// one bucket until others have refilled.
/// </summary>
/// <remarks>One lock: an attempt costs a dictionary look-up, and behind it waits a password hash a million times dearer.</remarks>
internal sealed class AttemptLimiter(int perMinute, int maxSources, TimeProvider time)
{
    private const string Overflow = "";

    // Adding up elapsed tenths does not give exactly one.
    private const double Tolerance = 1e-9;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private long _sweptAt = time.GetTimestamp();

    /// <summary>Zero when the attempt may go on, else the time until the next one may.</summary>
    public TimeSpan Take(string source)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var key = source;
            if (!_buckets.TryGetValue(key, out var bucket))
            {
                if (_buckets.Count >= maxSources && !TrySweep(now))
                {
                    key = Overflow;
                    bucket = _buckets.GetValueOrDefault(key, new Bucket(perMinute, now));
                }
                else
                {
                    bucket = new Bucket(perMinute, now);
                }
            }

            var level = Level(bucket, now);
            var isAllowed = level >= 1 - Tolerance;
            _buckets[key] = new Bucket(isAllowed ? Math.Max(0, level - 1) : level, now);
            return isAllowed ? TimeSpan.Zero : Window * ((1 - level) / perMinute);
        }
    }

    private double Level(Bucket bucket, long now) =>
        Math.Min(perMinute, bucket.Level + (time.GetElapsedTime(bucket.At, now) / Window * perMinute));

    /// <summary>Forgets the full buckets, at most once a second: a walk over all of them under the lock.</summary>
    private bool TrySweep(long now)
    {
        if (time.GetElapsedTime(_sweptAt, now) < TimeSpan.FromSeconds(1))
            return false;

        _sweptAt = now;
        foreach (var (key, bucket) in _buckets)
        {
            if (Level(bucket, now) >= perMinute - Tolerance)
                _buckets.Remove(key);
        }

        return _buckets.Count < maxSources;
    }

    private readonly record struct Bucket(double Level, long At);
}
