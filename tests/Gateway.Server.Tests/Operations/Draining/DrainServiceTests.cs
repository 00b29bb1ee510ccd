using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Server.Tests.Operations.Draining;

public sealed class DrainServiceTests : IDisposable
{
    private readonly List<string> _log = [];
    private readonly NodeLifecycle _lifecycle = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _lifecycle.Dispose();

    [Fact]
    public async Task Stopping_runsStepsInOrder_withTheNodeNotReady()
    {
        var states = new List<NodeState>();
        Func<CancellationToken, Task> look = _ =>
        {
            states.Add(_lifecycle.State);
            return Task.CompletedTask;
        };
        var service = Service(default, new RecordedStep("second", 200, _log, look), new RecordedStep("first", 100, _log, look));
        await service.StartedAsync(default);
        Assert.Equal(NodeState.Ready, _lifecycle.State);

        await service.StoppingAsync(default);
        await service.StoppedAsync(default);

        Assert.Equal(["first", "second"], _log);
        Assert.Equal([NodeState.Draining, NodeState.Draining], states);
        Assert.True(_lifecycle.Draining.IsCancellationRequested);
        Assert.Equal(NodeState.Stopped, _lifecycle.State);
    }

    [Fact]
    public async Task Stopping_stepThatFails_doesNotKeepTheOthers()
    {
        var service = Service(default, new RecordedStep("bad", 1, _log, _ => throw new InvalidOperationException()), new RecordedStep("good", 2, _log));

        await service.StoppingAsync(default);

        Assert.Equal(["bad", "good"], _log);
    }

    [Fact]
    public async Task Stopping_deadline_leavesStepsThatIgnoreItAndThoseAfter()
    {
        using var deadline = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var service = Service(default, new RecordedStep("stuck", 1, _log, _ => never.Task), new RecordedStep("late", 2, _log));

        var stopping = service.StoppingAsync(deadline.Token);
        Assert.False(stopping.IsCompleted);
        await deadline.CancelAsync();
        await stopping;

        Assert.Equal(["stuck"], _log);
    }

    [Fact]
    public async Task Stopping_waitsForLoadBalancersFirst()
    {
        var service = Service(TimeSpan.FromSeconds(5), new RecordedStep("step", 1, _log));

        var stopping = service.StoppingAsync(default);
        Assert.Equal(NodeState.Draining, _lifecycle.State);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(_log);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await stopping;

        Assert.Equal(["step"], _log);
    }

    [Fact]
    public void Lifecycle_neverGoesBack()
    {
        Assert.True(_lifecycle.MoveTo(NodeState.Draining));
        Assert.False(_lifecycle.MoveTo(NodeState.Ready));
        Assert.False(_lifecycle.MoveTo(NodeState.Draining));
        Assert.Equal(NodeState.Draining, _lifecycle.State);
    }

    private DrainService Service(TimeSpan notReadyDelay, params IDrainStep[] steps) =>
        new(_lifecycle, steps, Options.Create(new DrainOptions { NotReadyDelay = notReadyDelay }), _time, NullLogger<DrainService>.Instance);
}
