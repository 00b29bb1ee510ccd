namespace Gateway.LoadTest.Running;

/// <summary>One line that a worker reads, after its plan.</summary>
internal sealed record WorkerCommand
{
    /// <summary>All workers are at this barrier.</summary>
    public const string Continue = "continue";

    /// <summary>The warm-up begins at <see cref="At"/>.</summary>
    public const string Start = "start";

    /// <summary>Where all streams have ended: <see cref="Streams"/>.</summary>
    public const string Expect = "expect";

    /// <summary>The run is over.</summary>
    public const string Stop = "stop";

    public required string Do { get; init; }

    /// <summary>Nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.</summary>
    public long At { get; init; }

    public IReadOnlyList<StreamEnd> Streams { get; init; } = [];
}
