namespace Gateway.LoadTest.Scenarios;

/// <summary>Every connection has one message in flight on <c>/echo</c>; with a rate, an open loop over all connections instead.</summary>
internal static class EchoScenario
{
    public const string Name = "echo";

    public static LoadOptions Defaults { get; } = new() { Scenario = Name, Connections = 64, Rate = 0, Size = 128 };

    public static Scenario Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null) =>
        Scenario.Create(Name, async context =>
            {
                var echoes = context.Init.Fleet.Echoes;
                if (echoes.Count == 0)
                    return Response.Fail("no-connection", "this worker has no connection");

                // In a closed loop a copy has its own connection: copy i is worker i mod workers' own, as is connection i.
                var mine = options.Rate > 0 ? context.InvocationNumber : context.InstanceNumber;
                var echo = await Step.Run("echo", context, () => echoes[(int)(mine / context.Init.WorkerCount % echoes.Count)].EchoAsync());
                return echo.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : echo;
            })
            .WithInit(context => context.Fleet.OpenEchoesAsync(options.Connections))
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(options.Rate > 0
                ? Simulation.Inject(options.Rate, TimeSpan.FromSeconds(1), options.Duration)
                : Simulation.KeepConstant(options.Connections, options.Duration))
            .WithThresholds(UsualThresholds.AllConnected, UsualThresholds.MostIterationsOk, UsualThresholds.SomethingDelivered);
}
