using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Reports;

namespace Gateway.LoadTest.Scenarios;

/// <summary>
/// Three equal stages: all members read; a share of them stops reading; they read on. The others must keep their rate, the server's memory
/// must stay bounded, and in a durable room those who stalled must end with every message, in order, once.
/// </summary>
/// <remarks>
/// A stalled member has a receive buffer of 4 KiB and small segments, so that the kernels between hold some 100 KiB and the server soon has to
/// hold the rest itself. Rate x size x stage must be well above that and what the server queues (256 KiB by default).
/// </remarks>
internal static class SlowReadersScenario
{
    public const string Name = "slow-readers";
    private const string Stalled = "stalled";
    private const double MaxRateLossPercent = 5;

    public static LoadOptions Defaults { get; } = new()
    {
        Scenario = Name,
        Connections = 1000,
        Rooms = 1,
        Publishers = 1,
        Rate = 50,
        Size = 2048,
        IsDurable = true,
        Duration = TimeSpan.FromSeconds(24),
        Drain = TimeSpan.FromSeconds(20),
    };

    public static Scenario Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null)
    {
        var stage = options.Duration / 3;
        var simulation = Simulation.Inject(options.Rate, TimeSpan.FromSeconds(1), stage);
        return Scenario.Create(Name, async context =>
            {
                var published = await Step.Run("publish", context, () => context.Init.Fleet.PublishAsync(context));
                return published.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : published;
            })
            .WithInit(async context =>
            {
                await context.Fleet.OpenMembersAsync(new FleetRequest(options.Connections, index => [RoomNaming.Of(options, index % options.Rooms)])
                {
                    IsSlow = index => IsSlow(options, index),
                    LogOf = index => IsSlow(options, index) ? Stalled : Fleet.Deliveries,
                });
                await context.Fleet.OpenPublishersAsync(options.Publishers, RoomNaming.All(options));
            })
            .WithStageStarted((context, number) =>
            {
                foreach (var member in context.Fleet.Members.Where(each => IsSlow(options, each.Index)))
                    member.Stall(on: number == 1);
                return Task.CompletedTask;
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(simulation, simulation, simulation)
            .WithFigures(stats => Figures(options, stats))
            .WithThresholds(
                UsualThresholds.AllConnected,
                UsualThresholds.MostIterationsOk,
                UsualThresholds.InOrderOnce,
                Threshold.Create("those who read lose at most 5 % of their rate", static stats => stats.Figure("rate lost by those who read") <= MaxRateLossPercent),
                Threshold.Create("the stall is felt: stalled members get less than half of their rate", static stats => stats.Figure("rate of the stalled") < 50),
                options.IsDurable
                    ? UsualThresholds.NothingLost
                    : Threshold.Create("what the stalled lose, the server says", static stats => stats.Delivery().Lost == 0 && stats.Delivery(Stalled).Lost <= stats.Delivery(Stalled).SaidLost));
    }

    /// <summary>Every tenth for a share of a tenth, spread over rooms and workers.</summary>
    private static bool IsSlow(LoadOptions options, int index) => Math.Floor((index + 1) * options.SlowShare) > Math.Floor(index * options.SlowShare);

    private static IEnumerable<Figure> Figures(LoadOptions options, ScenarioStats stats)
    {
        if (stats.Delivery() is { ByStage: [> 0 and var before, var during, ..] })
            yield return new Figure("rate lost by those who read", Math.Max(0, 100 - (100.0 * during / before)), "%");
        if (stats.Delivery(Stalled) is { ByStage: [> 0 and var full, var stalled, ..] })
            yield return new Figure("rate of the stalled", 100.0 * stalled / full, "%");
        var memoryBefore = stats.Readings["stage 1 end"].ServerRssBytes;
        if (memoryBefore <= 0)
            yield break;
        var grown = stats.Readings["stage 2 end"].ServerRssBytes - memoryBefore;
        yield return new Figure("server memory grown by the stall", grown, "bytes");
        yield return new Figure("… for each stalled member", grown / Math.Max(1, Math.Floor(options.Connections * options.SlowShare)), "bytes");
        yield return new Figure("server memory grown after it", stats.Readings["window end"].ServerRssBytes - memoryBefore, "bytes");
    }
}
