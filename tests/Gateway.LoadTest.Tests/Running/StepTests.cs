using Gateway.LoadTest.Running;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Running;

public class StepTests
{
    [Fact]
    public void Run_okFailAndException_areCountedByCode()
    {
        var pacer = new FakePacer();
        var scenario = Scenario.Create("s", context => Step.Run("step", context, () => (context.InvocationNumber % 4) switch
        {
            0 => throw new InvalidOperationException("no good"),
            1 => Task.FromResult(Response.Fail("503", "busy")),
            2 => Task.FromResult(Response.Ok("202")),
            _ => Task.FromResult(Response.Ok()),
        })).WithoutWarmUp().WithLoadSimulations(Simulation.Inject(40, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        using var worker = new FakeWorker(scenario, pacer);
        pacer.RunToEnd(worker.RunAsync());

        foreach (var name in (string[])["step", StepLog.Iteration])
        {
            var step = worker.Context.Steps.Steps[name];
            Assert.Equal((20, 20, 20), (step.Ok, step.Fail, step.Latency.Count));
            Assert.Equal((10, 10, 10), (step.Codes["InvalidOperationException"], step.Codes["503"], step.Codes["202"]));
            Assert.Equal(("no good", "busy"), (step.Messages["InvalidOperationException"], step.Messages["503"]));
        }
    }

    [Fact]
    public void Run_warmUp_isNotCounted()
    {
        var pacer = new FakePacer();
        var runs = 0;
        var scenario = Scenario.Create("s", _ =>
        {
            runs++;
            return Task.FromResult(Response.Ok());
        }).WithWarmUpDuration(TimeSpan.FromSeconds(2)).WithLoadSimulations(Simulation.Inject(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        using var worker = new FakeWorker(scenario, pacer);
        pacer.RunToEnd(worker.RunAsync());

        // The warm-up's first second climbs to ten a second, its other one has ten.
        Assert.Equal((25, 10), (runs, worker.Context.Steps.Steps[StepLog.Iteration].Ok));
    }
}
