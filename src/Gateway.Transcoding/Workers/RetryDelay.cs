namespace Gateway.Transcoding.Workers;

/// <summary>How long a failed attempt waits: doubling, capped, with chance so that jobs that failed together do not come back together.</summary>
internal static class RetryDelay
{
    public static TimeSpan After(int attempt, TranscodingOptions options, double chance)
    {
        // 2^30 is far above any cap; it keeps the arithmetic inside TimeSpan.
        var doubled = options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 30)) * (1 + (chance / 2));
        return TimeSpan.FromSeconds(Math.Min(doubled, options.MaxRetryDelay.TotalSeconds));
    }
}
