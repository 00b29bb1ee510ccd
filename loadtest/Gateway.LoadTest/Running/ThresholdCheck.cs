using Gateway.LoadTest.Reports;

namespace Gateway.LoadTest.Running;

/// <summary>Holds the results against the thresholds of the scenarios and of the command line.</summary>
internal static class ThresholdCheck
{
    public static IEnumerable<ThresholdResult> Check(IReadOnlyList<Scenario> scenarios, IReadOnlyList<ScenarioStats> all, IReadOnlyList<string> more)
    {
        foreach (var (scenario, stats) in scenarios.Zip(all))
        {
            foreach (var threshold in scenario.Thresholds.Concat(more.Select(ThresholdText.Parse)))
                yield return new ThresholdResult(scenario.Name, threshold.Sentence, threshold.Holds(stats));
        }
    }
}
