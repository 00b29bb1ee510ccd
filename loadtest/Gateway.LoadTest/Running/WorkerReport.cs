using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>One line that a worker writes. <see cref="Type"/> says which of the rest is there.</summary>
internal sealed record WorkerReport
{
    /// <summary>At a barrier; has <see cref="Name"/>.</summary>
    public const string Mark = "mark";

    /// <summary>Once a second; has <see cref="Ticks"/>.</summary>
    public const string Tick = "tick";

    /// <summary>The load is over; has <see cref="Streams"/>.</summary>
    public const string Ended = "ended";

    /// <summary>Everything has arrived or been waited for; has <see cref="Results"/>.</summary>
    public const string Result = "result";

    /// <summary>It cannot go on; has <see cref="Name"/>, the sentence.</summary>
    public const string Failed = "failed";

    public required string Type { get; init; }

    public string Name { get; init; } = "";

    /// <summary>At a barrier: whether servers are to collect their garbage before their memory is read.</summary>
    public bool CollectGarbage { get; init; }

    public IReadOnlyList<TickReport> Ticks { get; init; } = [];

    public IReadOnlyList<StreamEnd> Streams { get; init; } = [];

    public IReadOnlyList<ScenarioResult> Results { get; init; } = [];
}
