using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Scenarios;

public class FaultScenarioTests(SharedGateway gateway)
{
    private string[] Small => ["--url", gateway.Address.ToString(), "--connections", "50", "--warm-up", "0.5"];

    [Fact]
    public async Task ReconnectStorm_allAreCut_allResumeAndMissNothing()
    {
        var run = await ProgramRun.RunAsync(["reconnect-storm", .. Small, "--rooms", "5", "--publishers", "5", "--duration", "2", "--workers", "2"]);

        RunAssert.IsComplete(run, "reconnect-storm", "probe");
        Assert.Equal((50, 50), (RunAssert.Counter(run, "reconnect-storm", "cut"), RunAssert.Counter(run, "reconnect-storm", "came back")));
        Assert.False(run.Scenario("reconnect-storm").GetProperty("counters").TryGetProperty("joins not recovered", out _), run.Output);
        Assert.Equal(50, run.Scenario("reconnect-storm").GetProperty("measures").GetProperty("recovery").GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task SlowReaders_someStall_nobodyMissesAnything()
    {
        var run = await ProgramRun.RunAsync(["slow-readers", .. Small, "--duration", "3", "--rate", "200", "--size", "4096"]);

        RunAssert.IsComplete(run, "slow-readers");
        var stalled = run.Scenario("slow-readers").GetProperty("deliveries").GetProperty("stalled");
        Assert.Equal(run.Scenario("slow-readers").GetProperty("deliveries").GetProperty("deliveries").GetProperty("expected").GetInt64(), 9 * stalled.GetProperty("expected").GetInt64());
    }

    [Fact]
    public async Task NoGateway_nothingListens_isSaid()
    {
        var run = await ProgramRun.RunAsync("echo", "--url", "http://127.0.0.1:1", "--duration", "0.1", "--warm-up", "0");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("connect: Connection refused", run.Output, StringComparison.Ordinal);
    }
}
