using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections.Admitting;

/// <summary>
/// Turns samples of the node's load into two states with hysteresis: refusing newcomers from the high water on until the low water, shedding from the second mark on until the
/// high water. <see cref="Observe"/> is called by one; the states are read by any thread.
/// </summary>
internal sealed class LoadGuard(LiveLimits live)
{
    private readonly Queue<(TimeSpan At, TimeSpan CpuTime)> _cpuTimes = new();
    private volatile int _states;

    [Flags]
    private enum State
    {
        None = 0,
        RefusingForMemory = 1,
        RefusingForCpu = 2,
        SheddingForMemory = 4,
        SheddingForCpu = 8,
    }

    /// <summary>What newcomers are refused for; null: they are not.</summary>
    public LoadMark? Refusing => Has(State.RefusingForMemory) ? LoadMark.Memory : Has(State.RefusingForCpu) ? LoadMark.Cpu : null;

    public LoadMark? Shedding => Has(State.SheddingForMemory) ? LoadMark.Memory : Has(State.SheddingForCpu) ? LoadMark.Cpu : null;

    /// <summary>Resident memory of what there may be, in percent, as of the last sample.</summary>
    public double MemoryPercent { get; private set; }

    /// <summary>CPU over the window, in percent of the cores; 0 until a window has passed.</summary>
    public double CpuPercent { get; private set; }

    /// <summary>What <see cref="MemoryPercent"/> is of, as of the last sample.</summary>
    public long MemoryLimitBytes { get; private set; }

    /// <param name="at">Of any monotonic clock, always the same.</param>
    public void Observe(TimeSpan at, LoadSample sample)
    {
        var limits = live.Values;
        MemoryLimitBytes = limits.MaxMemoryBytes > 0 ? limits.MaxMemoryBytes : sample.MemoryLimitBytes;
        MemoryPercent = MemoryLimitBytes > 0 ? 100.0 * sample.MemoryBytes / MemoryLimitBytes : 0;
        CpuPercent = AverageCpu(at, sample, limits.CpuWindow);
        var next = Next(State.RefusingForMemory, MemoryPercent, limits.MemoryHighWaterPercent, limits.MemoryLowWaterPercent);
        next |= Next(State.SheddingForMemory, MemoryPercent, limits.MemoryShedPercent, limits.MemoryHighWaterPercent);
        next |= Next(State.RefusingForCpu, CpuPercent, limits.CpuHighWaterPercent, limits.CpuLowWaterPercent);
        next |= Next(State.SheddingForCpu, CpuPercent, limits.CpuShedPercent, limits.CpuHighWaterPercent);
        _states = (int)next;
    }

    private bool Has(State state) => ((State)_states & state) != State.None;

    // Entered at the one mark, left below the other; a mark of 0 is never met.
    private State Next(State state, double percent, int enterAt, int leaveBelow) =>
        enterAt > 0 && (percent >= enterAt || (Has(state) && percent >= leaveBelow)) ? state : State.None;

    // The oldest sample kept is the youngest that is at least a window old.
    private double AverageCpu(TimeSpan at, LoadSample sample, TimeSpan window)
    {
        _cpuTimes.Enqueue((at, sample.CpuTime));
        while (_cpuTimes.Count > 2 && at - _cpuTimes.ElementAt(1).At >= window)
            _cpuTimes.Dequeue();
        var (since, cpuTime) = _cpuTimes.Peek();
        return at - since < window || sample.CoreCount <= 0 ? 0 : 100 * (sample.CpuTime - cpuTime) / ((at - since) * sample.CoreCount);
    }
}
