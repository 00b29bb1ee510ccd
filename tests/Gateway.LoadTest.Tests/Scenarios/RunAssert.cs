using System.Text.Json;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Scenarios;

/// <summary>What holds of every run however slow the machine is. Thresholds on time may break here, and then the exit code must say so.</summary>
internal static class RunAssert
{
    public static void IsComplete(ProgramRun run, params string[] scenarios)
    {
        Assert.True(run.ExitCode == (run.Report.GetProperty("passed").GetBoolean() ? 0 : 1), run.Output);
        Assert.Contains("<svg", run.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://www", run.Page, StringComparison.Ordinal);
        foreach (var name in scenarios)
        {
            var scenario = run.Scenario(name);
            var connections = scenario.GetProperty("connections");
            Assert.Equal(connections.GetProperty("wanted").GetInt32(), connections.GetProperty("ready").GetInt32());
            var iterations = scenario.GetProperty("steps").GetProperty("iteration");
            Assert.True(iterations.GetProperty("ok").GetInt64() > 0, run.Output);
            Assert.Equal(0, iterations.GetProperty("fail").GetInt64());
            foreach (var delivery in scenario.GetProperty("deliveries").EnumerateObject().Select(static each => each.Value))
            {
                Assert.True(Number(delivery, "expected") > 0, run.Output);
                Assert.Equal(Number(delivery, "expected"), Number(delivery, "total"));
                Assert.Equal((0, 0, 0), (Number(delivery, "lost"), Number(delivery, "duplicates"), Number(delivery, "reordered")));
            }
        }
    }

    public static double Counter(ProgramRun run, string scenario, string name) => run.Scenario(scenario).GetProperty("counters").GetProperty(name).GetDouble();

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
