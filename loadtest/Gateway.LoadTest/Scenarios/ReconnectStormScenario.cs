using Gateway.LoadTest.Clients;

namespace Gateway.LoadTest.Scenarios;

/// <summary>
/// Members of durable rooms in which messages are published all the time; all of them are cut at once and come back with the position they
/// had. Nobody may miss a message. A probe, which is not cut, asks the server meanwhile whether it answers others.
/// </summary>
internal static class ReconnectStormScenario
{
    public const string Name = "reconnect-storm";
    public const string Recovery = "recovery";
    private const string Probe = "probe";
    private const string WasCut = "cut";
    private const string Back = "came back";
    private const string Retries = "attempts that failed";
    private const double MaxCalmSeconds = 3;

    // So many come back before the loop looks at its sockets again: else all of them would, and the probe would measure us.
    private const int ComingAtOnce = 32;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(2);

    public static LoadOptions Defaults { get; } = new()
    {
        Scenario = Name,
        Connections = 15_000,
        Rooms = 150,
        Publishers = 150,
        Rate = 100,
        IsDurable = true,
        Duration = TimeSpan.FromSeconds(15),
        Drain = TimeSpan.FromSeconds(20),
    };

    public static IReadOnlyList<Scenario> Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null)
    {
        var calm = CalmOf(options);
        var rate = Simulation.Inject(options.Rate, TimeSpan.FromSeconds(1), calm);
        var returning = new List<Task>();
        var storm = Scenario.Create(Name, async context =>
            {
                var published = await Step.Run("publish", context, () => context.Init.Fleet.PublishAsync(context));
                return published.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : published;
            })
            .WithInit(async context =>
            {
                await context.Fleet.OpenMembersAsync(new FleetRequest(options.Connections, index => [RoomNaming.Of(options, index % options.Rooms)]));
                await context.Fleet.OpenPublishersAsync(options.Publishers, RoomNaming.All(options));
            })
            .WithStageStarted((context, stage) => stage == 1 ? CutAsync(options, context, returning) : Task.CompletedTask)
            .WithSettled(async context =>
            {
                var deadline = context.Now + (options.ConnectTimeout.Ticks * 100);
                await Task.WhenAny(Task.WhenAll(returning), context.WaitUntil(deadline).AsTask());
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(rate, rate with { During = options.Duration })
            .WithThresholds(
                UsualThresholds.AllConnected,
                UsualThresholds.MostIterationsOk,
                Threshold.Create("all come back", static stats => stats.Counter(Back) >= stats.Counter(WasCut) && stats.Counter(WasCut) > 0),
                Threshold.Create("all resume where they were", static stats => stats.Counter("joins not recovered") <= 0),
                UsualThresholds.NothingLost,
                UsualThresholds.InOrderOnce);
        return [storm, ProbeScenario(options)];
    }

    private static TimeSpan CalmOf(LoadOptions options) => TimeSpan.FromSeconds(Math.Min(MaxCalmSeconds, options.Duration.TotalSeconds));

    private static Scenario ProbeScenario(LoadOptions options) =>
        Scenario.Create(Probe, static async context =>
            {
                var probe = context.Init.Fleet.Publishers[0];
                var alive = await Step.Run("ping", context, probe.PingAsync);
                return alive.IsOk ? await Step.Run("publish", context, () => probe.PublishAsync(context)) : alive;
            })
            .WithOptions(options with { Connections = 0 })
            .WithInit(static context => context.Fleet.OpenPublishersAsync(1, ["live:probe"]))
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(Simulation.Inject(20, TimeSpan.FromSeconds(1), CalmOf(options) + options.Duration))
            .WithThresholds(
                UsualThresholds.MostIterationsOk,
                Threshold.Create("others are answered meanwhile: 99 % of probes within 1 s", static stats => stats.Iterations.Latency.Percentile(99) <= 1e9));

    private static async Task CutAsync(LoadOptions options, ScenarioInitContext context, List<Task> returning)
    {
        var cutAt = context.Now;
        foreach (var member in context.Fleet.Members)
            member.Leave();
        context.Count(WasCut, context.Fleet.Members.Count);

        // A fixed seed: the spread is part of the load and should be the same each time.
        var random = new Random(context.WorkerIndex);
        foreach (var member in context.Fleet.Members)
        {
            returning.Add(ComeBackAsync(context, member, cutAt, cutAt + (long)(options.Spread.Ticks * 100 * random.NextDouble())));
            if (returning.Count % ComingAtOnce == 0)
                await Task.Yield();
        }
    }

    private static async Task ComeBackAsync(ScenarioInitContext context, RoomClient member, long cutAt, long at)
    {
        await context.WaitUntil(at);
        for (var backoff = FirstBackoff; await member.OpenAsync() is not null; backoff = backoff * 2 < MaxBackoff ? backoff * 2 : MaxBackoff)
        {
            context.Count(Retries);
            await context.Delay(backoff);
        }

        await member.CatchUpAsync();
        context.Count(Back);
        context.Measure(Recovery).Record(context.Now - cutAt);
    }
}
