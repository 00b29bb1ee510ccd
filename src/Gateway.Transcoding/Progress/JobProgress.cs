using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Progress;

/// <summary>
/// A reading of a running job. Within an attempt each report's <see cref="Percent"/> is larger than the one before, and the last one
/// before <see cref="JobCompleted"/> is 100.
/// </summary>
public sealed record JobProgress
{
    public required string JobId { get; init; }

    public required int Attempt { get; init; }

    public required JobStage Stage { get; init; }

    /// <summary>0 to 100, of the whole attempt, two decimals.</summary>
    public required double Percent { get; init; }

    /// <summary>0 to 100, of the stage.</summary>
    public required double StagePercent { get; init; }

    /// <summary>Frames encoded per second; null outside of encoding.</summary>
    public double? Fps { get; init; }

    /// <summary>Seconds of media per second of work; null outside of encoding.</summary>
    public double? Speed { get; init; }

    /// <summary>Time left, as far as it can be told.</summary>
    public TimeSpan? Eta { get; init; }

    /// <summary>A short sentence for people.</summary>
    public required string Message { get; init; }
}
