using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Reports;

/// <summary>What members received, over all workers.</summary>
public sealed class DeliveryStats
{
    /// <summary>Everything that arrived, the warm-up included.</summary>
    public long Total { get; internal set; }

    /// <summary>What arrived in the window by the clock.</summary>
    public long InWindow { get; internal set; }

    /// <summary>What arrived in each load simulation by the clock.</summary>
    public IReadOnlyList<long> ByStage { get; internal set; } = [];

    /// <summary>What was published, times those who were to get it.</summary>
    public long Expected { get; internal set; }

    /// <summary>What never arrived.</summary>
    public long Lost { get; internal set; }

    /// <summary>What arrived twice.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>What arrived after a later message of the same publisher.</summary>
    public long Reordered { get; internal set; }

    /// <summary>How much of the lost the server had announced as such.</summary>
    public long SaidLost { get; internal set; }

    /// <summary>From due to received, of messages due in the window, in nanoseconds.</summary>
    public Histogram Latency { get; } = new();
}
