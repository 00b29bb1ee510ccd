using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Reports;

/// <summary>Everything that is known at the end of a run.</summary>
internal sealed class RunStats
{
    public required LoadOptions Options { get; init; }

    public required string RunId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required int WorkerCount { get; init; }

    public required IReadOnlyList<Uri> Targets { get; init; }

    /// <summary>Whether the servers' processes are known, and so their memory and CPU.</summary>
    public required bool IsServerKnown { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Measured { get; init; }

    /// <summary>Where the first scenario's load simulations begin, all but the first one, in seconds since the start of the warm-up.</summary>
    public required IReadOnlyList<(double At, string Name)> Stages { get; init; }

    public required IReadOnlyList<ScenarioStats> Scenarios { get; init; }

    public required IReadOnlyList<SecondStats> Seconds { get; init; }

    public required Reading WindowStart { get; init; }

    public required Reading WindowEnd { get; init; }

    public IReadOnlyList<ThresholdResult> Thresholds { get; set; } = [];

    public IReadOnlyList<Figure> Figures { get; set; } = [];

    public bool IsPassed => Thresholds.All(static each => each.Holds);
}
