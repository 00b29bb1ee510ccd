using Gateway.Faults.Tests.Oracles;
using Gateway.Faults.Tests.Schedules;

namespace Gateway.Faults.Tests.Running;

/// <summary>What came out, over all schedules of a run.</summary>
internal sealed class RunTotals
{
    private readonly Dictionary<FaultKind, int> _faults = [];
    private readonly List<TimeSpan> _recoveries = [];
    private readonly List<Violation> _violations = [];

    public int Schedules { get; private set; }

    public long Acknowledged { get; private set; }

    public long Delivered { get; private set; }

    /// <summary>Messages of ephemeral rooms that their members were told they will not get.</summary>
    public long Told { get; private set; }

    /// <summary>Publishes that a paused node got before it woke up and acknowledged afterwards, in the one order.</summary>
    public int WokenAcknowledged { get; private set; }

    /// <summary>... and those it answered with "retry".</summary>
    public int WokenRefused { get; private set; }

    public IReadOnlyDictionary<FaultKind, int> Faults => _faults;

    public IReadOnlyList<TimeSpan> Recoveries => _recoveries;

    public IReadOnlyList<Violation> Violations => _violations;

    public bool Holds => _violations.Count == 0;

    public void AddFault(FaultKind kind) => _faults[kind] = _faults.GetValueOrDefault(kind) + 1;

    public void AddRecoveries(IEnumerable<TimeSpan> recoveries) => _recoveries.AddRange(recoveries);

    public void AddWoken(int acknowledged, int refused)
    {
        WokenAcknowledged += acknowledged;
        WokenRefused += refused;
    }

    public void AddSchedule(RoomOracle oracle)
    {
        Schedules++;
        Acknowledged += oracle.AcknowledgedCount;
        Delivered += oracle.DeliveredCount;
        Told += oracle.ToldCount;
        _violations.AddRange(oracle.Violations);
    }

    /// <summary>Messages concerned by violations of some kinds.</summary>
    public long Count(params ReadOnlySpan<ViolationKind> kinds)
    {
        var count = 0L;
        foreach (var violation in _violations)
            count += kinds.Contains(violation.Kind) ? violation.Count : 0;
        return count;
    }

    /// <summary>How long the slowest of so many of a hundred recoveries took; null when there was none.</summary>
    public TimeSpan? Recovery(int percent)
    {
        if (_recoveries.Count == 0)
            return null;
        var ordered = _recoveries.Order().ToArray();
        return ordered[Math.Max(0, (int)Math.Ceiling(ordered.Length * percent / 100.0) - 1)];
    }
}
