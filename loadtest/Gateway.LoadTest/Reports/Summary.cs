using System.Globalization;
using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Reports;

/// <summary>The end of a run in lines of text.</summary>
internal static class Summary
{
    public static IEnumerable<string> Lines(RunStats run)
    {
        yield return "";
        foreach (var figure in run.Figures)
            yield return $"{figure.Name,-42} {Text.Of(figure)}";
        foreach (var scenario in run.Scenarios)
        {
            yield return "";
            yield return $"== {scenario.Name}";
            foreach (var line in Lines(scenario))
                yield return "   " + line;
        }

        yield return "";
        foreach (var threshold in run.Thresholds)
            yield return $"{(threshold.Holds ? "holds " : "BROKEN")} {threshold.Scenario}: {threshold.Sentence}";
    }

    public static string Latencies(Histogram latency) => latency.Count == 0 ? "none" : string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {Text.Duration(latency.Percentile(50))}, p90 {Text.Duration(latency.Percentile(90))}, p99 {Text.Duration(latency.Percentile(99))}, p99.9 {Text.Duration(latency.Percentile(99.9))}, max {Text.Duration(latency.Max)}");

    private static IEnumerable<string> Lines(ScenarioStats stats)
    {
        if (stats.Wanted > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"connections: {stats.Ready:N0} of {stats.Wanted:N0} opened, {stats.Standing:N0} stood at the end");
        foreach (var (reason, count) in stats.Failures)
            yield return string.Create(CultureInfo.InvariantCulture, $"  {count:N0} x {reason}");
        foreach (var (name, step) in stats.Steps.Where(each => each.Value.Ok + each.Value.Fail > 0))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {step.Ok:N0} ok, {step.Fail:N0} fail; {Latencies(step.Latency)}");
            foreach (var (code, count) in step.Codes)
                yield return string.Create(CultureInfo.InvariantCulture, $"  {count:N0} x {code} {step.Messages.GetValueOrDefault(code)}");
        }

        foreach (var (name, delivery) in stats.Deliveries)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {delivery.InWindow:N0} in the window, {delivery.Total:N0} of {delivery.Expected:N0} in all; {delivery.Lost:N0} lost, {delivery.Duplicates:N0} twice, {delivery.Reordered:N0} out of order; {Latencies(delivery.Latency)}");
        }

        foreach (var (name, measure) in stats.Measures)
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {measure.Count:N0}; {Latencies(measure)}");
        foreach (var (name, count) in stats.Counters)
            yield return $"{name}: {Text.Count(count)}";
        if (stats.Unfinished > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{stats.Unfinished:N0} iterations did not end");
        foreach (var figure in stats.Figures)
            yield return $"{figure.Name}: {Text.Of(figure)}";
    }
}
