namespace Gateway.Transcoding.Progress;

/// <summary>A row of the processing history: one stage of one attempt, reported when it has ended.</summary>
public sealed record JobOperation
{
    public required string JobId { get; init; }

    public required string WorkerId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>A stage's name (<see cref="Jobs.JobStages.Name"/>).</summary>
    public required string Operation { get; init; }

    public required OperationStatus Status { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Facts of the stage in invariant text, for example <c>code</c>, <c>width</c>, <c>outputBytes</c>.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}
