using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Scenarios;

public class RoomScenarioTests(SharedGateway gateway)
{
    private string[] Small => ["--url", gateway.Address.ToString(), "--server-pid", FormattableString.Invariant($"{gateway.Id}"), "--connections", "50", "--warm-up", "0.5", "--duration", "2"];

    [Fact]
    public async Task Echo_closedLoop_everyMessageComesBack()
    {
        var run = await ProgramRun.RunAsync(["echo", .. Small]);
        RunAssert.IsComplete(run, "echo");
        Assert.Equal("deliveries per server-CPU-second", run.Report.GetProperty("figures")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Fanout_twoWorkers_everyMemberGetsEverything() => RunAssert.IsComplete(await ProgramRun.RunAsync(["fanout", .. Small, "--workers", "2"]), "fanout");

    [Fact]
    public async Task Fanout_json_everyMemberGetsEverything() =>
        RunAssert.IsComplete(await ProgramRun.RunAsync(["fanout", .. Small, "--protocol", "json", "--durable", "--sources", "127.0.0.2-127.0.0.5"]), "fanout");

    [Fact]
    public async Task Rooms_membersPublish_everyMemberGetsEverything() =>
        RunAssert.IsComplete(await ProgramRun.RunAsync(["rooms", .. Small, "--rooms", "5", "--rate", "200", "--workers", "2", "--durable"]), "rooms");

    [Fact]
    public async Task Threshold_cannotHold_isExitCode1()
    {
        var run = await ProgramRun.RunAsync(["echo", .. Small, "--threshold", "echo.p50<0ms"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("BROKEN echo: echo.p50<0ms", run.Output, StringComparison.Ordinal);
    }
}
