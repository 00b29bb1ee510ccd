using Gateway.LoadTest.Scenarios;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Scenarios;

public class OwnStepTests
{
    [Fact]
    public void BuiltIn_ownStep_runsBehindTheScenarios()
    {
        Assert.All(BuiltIn.All, static each => Assert.NotEmpty(each.Create(each.Defaults, _ => Task.FromResult(Response.Ok()))));
        Assert.Equal(
            ["idle", "echo", "fanout", "rooms", "reconnect-storm", "slow-readers", "transcode-progress", "mixed"], BuiltIn.All.Select(static each => each.Name));
    }

    [Fact]
    public async Task Step_calledFromElsewhere_isAPlainTask()
    {
        // What a person does who has a runner of another make: the same lambda, without our scheduler.
        Func<ScenarioContext, Task<Response>> step = static context => Task.FromResult(context.InvocationNumber == 7 ? Response.Ok() : Response.Fail());
        var scenario = Scenario.Create("own", context => Step.Run("own", context, () => step(context)));
        using var worker = new FakeWorker(scenario, new FakePacer());
        var context = new ScenarioContext(worker.Context, 7, 0, 0);

        Assert.True((await scenario.Run(context)).IsOk);
    }
}
