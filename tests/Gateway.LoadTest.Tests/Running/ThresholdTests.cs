using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Tests.Running;

public class ThresholdTests
{
    [Theory]
    [InlineData("deliveries.p99<50ms", true)]
    [InlineData("deliveries.p99 < 9.9ms", false)]
    [InlineData("deliveries.max<=10ms", true)]
    [InlineData("deliveries.p50<=0.01s", true)]
    [InlineData("deliveries.p999<10000us", false)]
    [InlineData("iteration.p50<1s", true)]
    [InlineData("ok>=75%", true)]
    [InlineData("ok>75", false)]
    [InlineData("lost=2", true)]
    [InlineData("lost=0", false)]
    [InlineData("duplicates=0", true)]
    [InlineData("retries<3", true)]
    [InlineData("bytes each<100", false)]
    [InlineData("nothing.p99<1s", false)]
    public void Parse_holdsOrNot(string text, bool holds) => Assert.Equal(holds, ThresholdText.Parse(text).Holds(Stats()));

    [Theory]
    [InlineData("p99")]
    [InlineData("deliveries.p99<fast")]
    [InlineData("<5")]
    [InlineData("deliveries.p99<5parsecs")]
    public void Parse_noThreshold_saysSo(string text) =>
        Assert.Equal(ExitCode.BadArguments, Assert.Throws<LoadTestException>(() => ThresholdText.Parse(text)).Code);

    [Fact]
    public void Check_scenariosAndCommandLine_areAllHeld()
    {
        var scenario = Scenario.Create("s", _ => Task.FromResult(Response.Ok()))
            .WithThresholds(Threshold.Create("some ok", static stats => stats.Iterations.Ok > 0), Threshold.Create("nothing lost", static stats => stats.Lost == 0));

        Assert.Equal(
            [new ThresholdResult("s", "some ok", true), new ThresholdResult("s", "nothing lost", false), new ThresholdResult("s", "ok>50%", true)],
            ThresholdCheck.Check([scenario], [Stats()], ["ok>50%"]));
    }

    private static ScenarioStats Stats()
    {
        var latency = new Histogram();
        latency.Record(10_000_000);
        var stats = ScenarioStats.Merge("s",
        [
            new ScenarioResult
            {
                Scenario = "s",
                Steps = new Dictionary<string, StepResult> { ["iteration"] = new(3, 1, new Dictionary<string, long>(), new Dictionary<string, string>(), latency.ToData()) },
                Deliveries = new Dictionary<string, DeliveryResult> { ["deliveries"] = new(1, 1, [1], 3, 2, 0, 0, 0, latency.ToData()) },
                Counters = new Dictionary<string, double> { ["retries"] = 2 },
            },
        ]);
        stats.Add(new Figure("bytes each", 2500, "bytes"));
        return stats;
    }
}
