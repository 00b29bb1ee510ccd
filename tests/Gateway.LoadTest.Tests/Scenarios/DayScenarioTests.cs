using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Scenarios;

public class DayScenarioTests(SharedGateway gateway)
{
    private string[] Small => ["--url", gateway.Address.ToString(), "--server-pid", FormattableString.Invariant($"{gateway.Id}")];

    [Fact]
    public async Task Idle_membersOfTwoRooms_allAnswerTheRollCall()
    {
        var run = await ProgramRun.RunAsync(["idle", .. Small, "--connections", "50", "--rooms", "5", "--duration", "1", "--workers", "2"]);

        RunAssert.IsComplete(run, "idle");
        Assert.Equal(100, run.Scenario("idle").GetProperty("deliveries").GetProperty("deliveries").GetProperty("total").GetInt64());
        Assert.Contains("server memory per connection", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TranscodeProgress_realVideos_areFollowedToTheirEnd()
    {
        var run = await ProgramRun.RunAsync(["transcode-progress", .. Small, "--connections", "1", "--duration", "1"]);

        RunAssert.IsComplete(run, "transcode-progress");
        Assert.True(RunAssert.Counter(run, "transcode-progress", "progress messages") > 0);
    }

    [Fact]
    public async Task Mixed_someOfAll_isComplete() =>
        RunAssert.IsComplete(
            await ProgramRun.RunAsync(["mixed", .. Small, "--connections", "60", "--rooms", "4", "--rate", "100", "--warm-up", "0.5", "--duration", "2"]),
            "idle", "fanout", "rooms", "echo", "transcode-progress");
}
