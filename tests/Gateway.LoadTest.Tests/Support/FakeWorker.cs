using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Tests.Support;

/// <summary>One worker's context of a scenario without a gateway, on fake time.</summary>
internal sealed class FakeWorker : IDisposable
{
    private readonly Reactor _reactor = new();

    public FakeWorker(Scenario scenario, FakePacer pacer, int index = 0, int count = 1)
    {
        var plan = new WorkerPlan(new LoadOptions(), "test", index, count, new Uri("http://127.0.0.1:1"), 0);
        Context = new ScenarioInitContext(scenario, plan, _reactor, pacer, (_, _) => Task.CompletedTask);
        Driver = new ScenarioDriver(scenario, new LoadSchedule(scenario.WarmUpDuration, scenario.Simulations), Context);
    }

    public ScenarioInitContext Context { get; }

    public ScenarioDriver Driver { get; }

    public async Task RunAsync()
    {
        await Driver.RunAsync(0);
        await Driver.FinishAsync();
    }

    public void Dispose() => _reactor.Dispose();
}
