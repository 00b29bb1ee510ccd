using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Reports;

/// <summary>How a step, or the iteration as a whole, went in the window, over all workers.</summary>
public sealed class StepStats
{
    /// <summary>How many ended well.</summary>
    public long Ok { get; internal set; }

    /// <summary>How many did not.</summary>
    public long Fail { get; internal set; }

    /// <summary>Share that ended well, in percent; 100 when there were none.</summary>
    public double OkPercent => Ok + Fail == 0 ? 100 : 100.0 * Ok / (Ok + Fail);

    /// <summary>Latencies of those that ended well, in nanoseconds.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>How many by status code.</summary>
    public Dictionary<string, long> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>A sentence for each code of failure.</summary>
    public Dictionary<string, string> Messages { get; } = new(StringComparer.Ordinal);
}
