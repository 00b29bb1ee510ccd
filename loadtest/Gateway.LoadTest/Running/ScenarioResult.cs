using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>What one worker has of one scenario.</summary>
internal sealed record ScenarioResult
{
    public required string Scenario { get; init; }

    public int Wanted { get; init; }

    public int Ready { get; init; }

    public int Standing { get; init; }

    public int Unfinished { get; init; }

    public IReadOnlyDictionary<string, long> Failures { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, StepResult> Steps { get; init; } = new Dictionary<string, StepResult>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, DeliveryResult> Deliveries { get; init; } = new Dictionary<string, DeliveryResult>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, HistogramData> Measures { get; init; } = new Dictionary<string, HistogramData>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> Counters { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    public static ScenarioResult Of(ScenarioInitContext context, int unfinished)
    {
        var fleet = context.Fleet;
        return new ScenarioResult
        {
            Scenario = context.Steps.Scenario,
            Wanted = fleet.WantedCount,
            Ready = fleet.ReadyCount,
            Standing = fleet.StandingCount,
            Unfinished = unfinished,
            Failures = fleet.Failures,
            Steps = context.Steps.Steps.ToDictionary(each => each.Key, each => StepResult.Of(each.Value), StringComparer.Ordinal),
            Deliveries = fleet.Logs.Values.ToDictionary(log => log.Name, log => DeliveryResult.Of(log, fleet), StringComparer.Ordinal),
            Measures = context.Measures.ToDictionary(each => each.Key, each => each.Value.ToData(), StringComparer.Ordinal),
            Counters = new Dictionary<string, double>(context.Counters, StringComparer.Ordinal),
        };
    }
}
