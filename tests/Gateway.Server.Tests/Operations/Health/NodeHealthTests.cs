using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Server.Tests.Operations.Health;

public class NodeHealthTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0, "not-ready")]
    [InlineData(1, "ready")]
    [InlineData(2, "not-ready")]
    [InlineData(3, "not-ready")]
    public async Task Ready_followsTheNodesState(int state, string status)
    {
        using var lifecycle = new NodeLifecycle();
        lifecycle.MoveTo((NodeState)state);

        Assert.Equal(status, (await Health(lifecycle).ReadyAsync(default)).Status);
    }

    [Fact]
    public async Task Ready_failingCheckWithoutGrace_isNotReadyAtOnce()
    {
        var check = new SwitchableCheck();
        check.TurnOff();

        var report = await Health(Ready(), check).ReadyAsync(default);

        Assert.Equal("not-ready", report.Status);
        Assert.Equal(new CheckOutcome("switch", Ready: false, "off"), Assert.Single(report.Checks));
    }

    [Fact]
    public async Task Ready_failingCheckWithGrace_isToleratedUntilItsEnd_andAnewAfterRecovery()
    {
        var check = new SwitchableCheck { Grace = TimeSpan.FromSeconds(10) };
        var health = Health(Ready(), check);

        check.TurnOff();
        Assert.Equal("ready", (await health.ReadyAsync(default)).Status);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("ready", (await health.ReadyAsync(default)).Status);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("not-ready", (await health.ReadyAsync(default)).Status);

        check.TurnOn();
        Assert.Equal("ready", (await health.ReadyAsync(default)).Status);
        check.TurnOff();
        Assert.Equal("ready", (await health.ReadyAsync(default)).Status);
    }

    [Fact]
    public async Task Ready_checkThatThrows_isNotReady_andKeepsItsSecret()
    {
        var check = new SwitchableCheck { Answer = _ => throw new InvalidOperationException("hidden") };

        var report = await Health(Ready(), check).ReadyAsync(default);

        Assert.Equal("the check failed; the log has the cause", Assert.Single(report.Checks).Sentence);
    }

    [Fact]
    public async Task Ready_checkThatNeverAnswers_isNotReadyAfterTheTimeout()
    {
        var check = new SwitchableCheck { Answer = static _ => new(new TaskCompletionSource<ReadinessResult>().Task) };

        var pending = Health(Ready(), check).ReadyAsync(default).AsTask();
        Assert.False(pending.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(800));

        Assert.Equal("no answer within 800 ms", Assert.Single((await pending).Checks).Sentence);
    }

    private static NodeLifecycle Ready()
    {
        var lifecycle = new NodeLifecycle();
        lifecycle.MoveTo(NodeState.Ready);
        return lifecycle;
    }

    private NodeHealth Health(NodeLifecycle lifecycle, params IReadinessCheck[] checks) =>
        new(checks, lifecycle, Options.Create(new NodeOptions()), Options.Create(new HealthOptions()), _time, NullLogger<NodeHealth>.Instance);
}
