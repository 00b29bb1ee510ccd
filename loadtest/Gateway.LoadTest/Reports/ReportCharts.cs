using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Reports;

/// <summary>The plots of a report.</summary>
internal static class ReportCharts
{
    private const double Mebibyte = 1024 * 1024;

    public static IEnumerable<Chart> Of(RunStats run)
    {
        // The last entry is the drain, which is no second.
        var seconds = run.Seconds.Where(static each => each.IsTold).SkipLast(1).ToList();
        var warmUp = run.WarmUp.TotalSeconds;
        var range = (0.0, Math.Max(1.0, seconds.Count > 0 ? seconds[^1].Second + 1 : 1));
        yield return Banded(
            new Chart("Throughput: messages received each second", Text.Count) { XRange = range }
                .Add(Line("deliveries", 1, seconds, static each => each.Deliveries.Count)));
        yield return Banded(
            new Chart("Iterations each second", Text.Count) { XRange = range }
                .Add(Line("ok", 2, seconds, static each => each.Ok)).Add(Line("fail", 4, seconds, static each => each.Fail)));
        yield return Banded(Latencies("Latency of deliveries over time", range, seconds, static each => each.Deliveries));
        if (!seconds.Exists(static each => each.Deliveries.Count > 0))
            yield return Banded(Latencies("Latency of iterations over time", range, seconds, static each => each.Iterations));
        yield return Distribution(run);
        var withReading = seconds.Where(static each => each.Reading is not null).ToList();
        yield return Banded(
            new Chart("Resident memory", static mebibytes => Text.Count(mebibytes) + " MiB") { XRange = range }
                .Add(Line("servers", 1, withReading, static each => each.Reading!.ServerRssBytes / Mebibyte)).Add(Line("load processes", 3, withReading, static each => each.Reading!.ClientRssBytes / Mebibyte)));
        yield return Banded(
            new Chart("CPU: cores in use", static value => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture)) { XRange = range }
                .Add(Cores("servers", 1, withReading, static each => each.ServerCpuSeconds)).Add(Cores("load processes", 3, withReading, static each => each.ClientCpuSeconds)));
        yield return Banded(new Chart("Connections that stand", Text.Count) { XRange = range }.Add(Line("connections", 2, seconds, static each => each.Connections)));

        Chart Banded(Chart chart)
        {
            if (warmUp > 0)
                chart.Band(0, warmUp, "warm-up");
            foreach (var (at, name) in run.Stages)
                chart.Mark(at, name);
            return chart;
        }
    }

    private static Chart Latencies(string title, (double From, double To) range, List<SecondStats> seconds, Func<SecondStats, Histogram> of) =>
        new Chart(title, Text.Duration) { IsLogarithmic = true, XRange = range }
            .Add(Line("p50", 1, seconds, each => Percentile(of(each), 50)))
            .Add(Line("p99", 3, seconds, each => Percentile(of(each), 99)))
            .Add(Line("max", 4, seconds, each => Percentile(of(each), 100)));

    /// <summary>Latency by percentile, the x axis stretched towards 100 % as HdrHistogram's plots are: each step is a tenth of the rest.</summary>
    private static Chart Distribution(RunStats run)
    {
        double[] ranks = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99];
        var chart = new Chart("Latency by percentile", Text.Duration)
        {
            IsLogarithmic = true,
            XLabels = [(Place(0), "0 %"), (Place(50), "50 %"), (Place(90), "90 %"), (Place(99), "99 %"), (Place(99.9), "99.9 %"), (Place(99.99), "99.99 %")],
        };
        var colour = 1;
        foreach (var (name, histogram) in run.Scenarios.SelectMany(stats => stats.Deliveries.Select(each => (Name(stats, each.Key), each.Value.Latency))
            .Append((Name(stats, "iterations"), stats.Iterations.Latency))).Where(static each => each.Item2.Count > 0).Take(6))
        {
            chart.Add(new ChartLine(name, colour++, [.. ranks.Select(rank => (Place(rank), Math.Max(1, (double)histogram.Percentile(rank))))]));
        }

        return chart;

        static double Place(double percent) => -Math.Log10(1 - (percent / 100));
        string Name(ScenarioStats stats, string what) => run.Scenarios.Count > 1 ? $"{stats.Name}: {what}" : what;
    }

    private static double Percentile(Histogram histogram, double percent) => histogram.Count == 0 ? double.NaN : Math.Max(1, histogram.Percentile(percent));

    private static ChartLine Line(string name, int colour, IReadOnlyList<SecondStats> seconds, Func<SecondStats, double> of) =>
        new(name, colour, [.. seconds.Select(each => (each.Second + 1.0, of(each)))]);

    private static ChartLine Cores(string name, int colour, IReadOnlyList<SecondStats> seconds, Func<Servers.Reading, double> of) =>
        new(name, colour, [.. seconds.Zip(seconds.Skip(1)).Select(pair => (pair.Second.Second + 1.0, (of(pair.Second.Reading!) - of(pair.First.Reading!)) / ((pair.Second.Reading!.Time - pair.First.Reading!.Time) / 1e9)))]);
}
