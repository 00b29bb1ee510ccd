using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.LoadTest.Reports;

namespace Gateway.LoadTest.Running;

/// <summary>
/// Thresholds as written on the command line: <c>NAME OPERATOR NUMBER[UNIT]</c>. NAME is <c>ok</c> (percent), <c>lost</c>, <c>duplicates</c>,
/// <c>reordered</c>, <c>MEASURE.pNN</c> or <c>MEASURE.max</c> with the name of a group of deliveries, a step or a measure, or the name of a
/// counter or figure. Units: <c>us</c>, <c>ms</c>, <c>s</c> for latencies (ms without), <c>%</c>.
/// </summary>
internal static partial class ThresholdText
{
    public static Threshold Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
            throw new LoadTestException(ExitCode.BadArguments, $"'{text}' is no threshold; write it like deliveries.p99<50ms, lost=0 or ok>=99.9%.");
        var name = match.Groups["name"].Value.Trim();
        var wanted = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        var unit = match.Groups["unit"].Value;
        var percentile = Percentile().Match(name);
        var isLatency = percentile.Success;
        if (isLatency)
            wanted *= unit switch { "us" => 1e3, "s" => 1e9, _ => 1e6 };
        Func<double, bool> holds = match.Groups["operator"].Value switch
        {
            "<" => value => value < wanted,
            "<=" => value => value <= wanted,
            ">" => value => value > wanted,
            ">=" => value => value >= wanted,
            _ => value => Math.Abs(value - wanted) < 1e-9,
        };
        return Threshold.Create(text, stats => (isLatency ? Latency(stats, percentile) : Number(stats, name)) is { } value && holds(value));
    }

    private static double? Latency(ScenarioStats stats, Match name)
    {
        var of = name.Groups["of"].Value;
        var histogram = stats.Deliveries.TryGetValue(of, out var delivery) ? delivery.Latency
            : stats.Steps.TryGetValue(of, out var step) ? step.Latency
            : stats.Measures.GetValueOrDefault(of);
        if (histogram is null)
            return null;
        var rank = name.Groups["rank"].Value;
        return rank == "max" ? histogram.Max : histogram.Percentile(rank switch { "p999" => 99.9, _ => double.Parse(rank.AsSpan(1), CultureInfo.InvariantCulture) });
    }

    private static double? Number(ScenarioStats stats, string name) => name switch
    {
        "ok" => stats.Iterations.OkPercent,
        "lost" => stats.Lost,
        "duplicates" => stats.Duplicates,
        "reordered" => stats.Reordered,
        _ => stats.Figure(name) ?? stats.Counter(name),
    };

    [GeneratedRegex(@"^(?<name>[^<>=]+?)\s*(?<operator><=|>=|<|>|=)\s*(?<number>[0-9.]+)\s*(?<unit>us|ms|s|%)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(?<of>.+)\.(?<rank>p[0-9]+|max)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Percentile();
}
