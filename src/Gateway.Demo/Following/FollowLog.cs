using System.Runtime.InteropServices;

namespace Gateway.Demo.Following;

/// <summary>What was seen of a job over the WebSocket, and when.</summary>
internal sealed class FollowLog(TimeProvider time)
{
    private readonly List<TimeSpan> _latencies = [];
    private readonly long _startedAt = time.GetTimestamp();
    private TimeSpan? _last;

    public int ProgressCount { get; private set; }

    public int LostCount { get; private set; }

    /// <summary>The longest time between two progress events; null before the second.</summary>
    public TimeSpan? LargestInterval { get; private set; }

    public void Add(JobReading reading, DateTimeOffset takenAt)
    {
        // The gateway's clock is this machine's where the demo runs beside it; elsewhere the difference means nothing and may be negative.
        _latencies.Add(time.GetUtcNow() - takenAt);
        if (reading.Event != JobReading.Progress)
            return;
        ProgressCount++;
        var now = time.GetElapsedTime(_startedAt);
        if (_last is { } last && (LargestInterval is null || now - last > LargestInterval))
            LargestInterval = now - last;
        _last = now;
    }

    public void Lose(long? count) => LostCount += (int)Math.Min(count ?? 1, int.MaxValue);

    /// <summary>The middle and the longest time from the gateway to here.</summary>
    public Latency? Latencies()
    {
        if (_latencies.Count == 0)
            return null;
        var sorted = _latencies.Order().ToList();
        return new Latency(sorted[sorted.Count / 2], sorted[^1]);
    }

    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Latency(TimeSpan Median, TimeSpan Max);
}
