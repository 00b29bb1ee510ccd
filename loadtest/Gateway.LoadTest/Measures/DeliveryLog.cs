namespace Gateway.LoadTest.Measures;

/// <summary>What a group of members received: how much, how late, and whether it was in order, once. Belongs to the reactor.</summary>
/// <remarks>
/// A message belongs to the window in which it was due, so that the slowest are not lost from the percentiles; a rate counts what
/// arrived within the window by the clock. Sequences are checked at all times, also while warming up.
/// </remarks>
internal sealed class DeliveryLog(string name, Window window)
{
    private readonly long[] _arrivedByStage = new long[window.StageCount];

    public string Name { get; } = name;

    public SequenceCheck Sequences { get; } = new();

    /// <summary>From due to received, of messages due in the window.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>The same by the clock, of what arrived since the last tick.</summary>
    public Histogram Recent { get; } = new();

    /// <summary>Everything that ever arrived.</summary>
    public long Total { get; private set; }

    /// <summary>What arrived in the window by the clock.</summary>
    public long ArrivedInWindow { get; private set; }

    /// <summary>What the server said (<c>lost</c>) that these members will not get.</summary>
    public long SaidLost { get; set; }

    /// <summary>Arrivals by the clock in each load simulation.</summary>
    public IReadOnlyList<long> ArrivedByStage => _arrivedByStage;

    public void Add(long due, long now)
    {
        Total++;
        var latency = now - due;
        Recent.Record(latency);
        if (window.Contains(due))
            Latency.Record(latency);
        var stage = window.StageOf(now);
        if (stage < 0)
            return;
        ArrivedInWindow++;
        _arrivedByStage[stage]++;
    }
}
