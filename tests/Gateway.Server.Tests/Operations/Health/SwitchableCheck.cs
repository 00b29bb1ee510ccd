using Gateway.Server.Operations.Health;

namespace Gateway.Server.Tests.Operations.Health;

/// <summary>A check that says what the test wants.</summary>
internal sealed class SwitchableCheck : IReadinessCheck
{
    public string Name => "switch";

    public TimeSpan Grace { get; init; }

    public Func<CancellationToken, ValueTask<ReadinessResult>> Answer { get; set; } = _ => ValueTask.FromResult(ReadinessResult.Ready("on"));

    public ValueTask<ReadinessResult> CheckAsync(CancellationToken cancellationToken) => Answer(cancellationToken);

    public void TurnOff() => Answer = _ => ValueTask.FromResult(ReadinessResult.NotReady("off"));

    public void TurnOn() => Answer = _ => ValueTask.FromResult(ReadinessResult.Ready("on"));
}
