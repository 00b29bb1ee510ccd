namespace Gateway.Server.Cluster;

/// <summary>Timestamps of a TimeProvider with time spans: monotonic, never the wall clock.</summary>
internal readonly struct Clock(TimeProvider time)
{
    public long Now => time.GetTimestamp();

    public long After(TimeSpan span) => After(Now, span);

    public long After(long timestamp, TimeSpan span) => timestamp + (long)(span.TotalSeconds * time.TimestampFrequency);

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);
}
