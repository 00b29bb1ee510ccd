using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Tests.Running;

public class ScenarioStatsTests
{
    [Fact]
    public void Merge_twoWorkersThroughTheirLines_isTheSum()
    {
        var stats = ScenarioStats.Merge("s", new[] { Result(1), Result(2) }.Select(static each => Lines.Read<ScenarioResult>(Lines.Write(each))));

        Assert.Equal((30, 27, 24, 3), (stats.Wanted, stats.Ready, stats.Standing, stats.Unfinished));
        Assert.Equal((300, 3, 300), (stats.Iterations.Ok, stats.Iterations.Fail, stats.Iterations.Latency.Count));
        Assert.Equal(3, stats.Iterations.Codes["late"]);
        Assert.Equal("why", stats.Iterations.Messages["late"]);
        Assert.Equal((3.0, 3), (stats.Counter("c"), stats.Failures["refused"]));
        Assert.Equal((1, 2), (stats.Measure("m").Min, stats.Measure("m").Max));
        var delivery = stats.Delivery();
        Assert.Equal((30, 27, 33, 6, 9, 12, 15), (delivery.Total, delivery.InWindow, delivery.Expected, delivery.Lost, delivery.Duplicates, delivery.Reordered, delivery.SaidLost));
        Assert.Equal([3, 6], delivery.ByStage);
        Assert.Equal((6, 9, 12, 27), (stats.Lost, stats.Duplicates, stats.Reordered, stats.Delivered));
    }

    private static ScenarioResult Result(int times)
    {
        var latency = new Histogram();
        for (var i = 0; i < 100 * times; i++)
            latency.Record(times);
        var measure = new Histogram();
        measure.Record(times);
        return new ScenarioResult
        {
            Scenario = "s",
            Wanted = 10 * times,
            Ready = 9 * times,
            Standing = 8 * times,
            Unfinished = times,
            Failures = new Dictionary<string, long> { ["refused"] = times },
            Steps = new Dictionary<string, StepResult>
            {
                ["iteration"] = new(100 * times, times, new Dictionary<string, long> { ["late"] = times }, new Dictionary<string, string> { ["late"] = "why" }, latency.ToData()),
            },
            Deliveries = new Dictionary<string, DeliveryResult>
            {
                ["deliveries"] = new(10 * times, 9 * times, [times, 2 * times], 11 * times, 2 * times, 3 * times, 4 * times, 5 * times, latency.ToData()),
            },
            Measures = new Dictionary<string, HistogramData> { ["m"] = measure.ToData() },
            Counters = new Dictionary<string, double> { ["c"] = times },
        };
    }
}
