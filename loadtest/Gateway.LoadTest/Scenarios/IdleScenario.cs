using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Reports;

namespace Gateway.LoadTest.Scenarios;

/// <summary>
/// Connections that are there and do nothing: each authenticated as a user of its own, member of a durable and an ephemeral room. What one
/// costs in memory, and all of them in CPU. At the end a roll-call: one message to every room, which every member must get.
/// </summary>
internal static class IdleScenario
{
    public const string Name = "idle";

    // The first connections pay for what the server allocates once.
    private const int WarmCount = 500;
    private const double MaxSettlingSeconds = 2;
    private const double MaxRollCallSeconds = 3;

    public static LoadOptions Defaults { get; } = new() { Scenario = Name, Connections = 15_000, Rooms = 50, Rate = 0, WarmUp = TimeSpan.Zero, Duration = TimeSpan.FromSeconds(10) };

    public static Scenario Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null) =>
        Scenario.Create(Name, async context =>
            {
                var published = await Step.Run("publish", context, () => context.Init.Fleet.PublishAsync(context));
                return published.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : published;
            })
            .WithInit(async context =>
            {
                await context.Fleet.OpenMembersAsync(RequestOf(options, 0, WarmOf(options)));
                await context.Delay(SettlingOf(options));
                await context.MarkAsync("warm", collectGarbage: true);
                await context.Fleet.OpenMembersAsync(RequestOf(options, WarmOf(options), options.Connections));
                await context.MarkAsync("connected");
                await context.Delay(SettlingOf(options));
                await context.MarkAsync("held");
                await context.MarkAsync("collected", collectGarbage: true);
                await context.Fleet.OpenPublishersAsync(RoomsToCall(options), Rooms(options));
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(
                options.Rate > 0 ? Simulation.Inject(options.Rate, TimeSpan.FromSeconds(1), options.Duration) : Simulation.Pause(options.Duration),
                Simulation.Inject(RoomsToCall(options), RollCallOf(options), RollCallOf(options)))
            .WithFigures(stats => Figures(options, stats))
            .WithThresholds(
                UsualThresholds.AllConnected, UsualThresholds.MostIterationsOk, UsualThresholds.NothingLost, UsualThresholds.InOrderOnce,
                Threshold.Create("every member answers the roll-call", stats => stats.Delivery().Total >= stats.Delivery().Expected && stats.Delivery().Expected > 0));

    private static int WarmOf(LoadOptions options) => Math.Min(WarmCount, options.Connections / 4);

    /// <summary>After many connections the server still has to put things away; after few there is nothing to wait for.</summary>
    private static TimeSpan SettlingOf(LoadOptions options) => TimeSpan.FromSeconds(Math.Min(MaxSettlingSeconds, options.Connections / 2500.0));

    private static TimeSpan RollCallOf(LoadOptions options) => TimeSpan.FromSeconds(Math.Min(MaxRollCallSeconds, options.Duration.TotalSeconds));

    private static int RoomsToCall(LoadOptions options) => 2 * options.Rooms;

    private static IReadOnlyList<string> Rooms(LoadOptions options) =>
        [.. Enumerable.Range(0, options.Rooms).SelectMany(room => new[] { RoomNaming.Of(isDurable: true, room), RoomNaming.Of(isDurable: false, room) })];

    private static FleetRequest RequestOf(LoadOptions options, int first, int end) =>
        new(end, index => [RoomNaming.Of(isDurable: true, index % options.Rooms), RoomNaming.Of(isDurable: false, index % options.Rooms)]) { First = first };

    private static IEnumerable<Figure> Figures(LoadOptions options, ScenarioStats stats)
    {
        var warm = stats.Readings["warm"];
        var connected = stats.Readings["connected"];
        var held = stats.Readings["held"];
        var more = options.Connections - WarmOf(options);
        if (warm.ServerRssBytes <= 0 || more <= 0)
            yield break;
        yield return new Figure("server memory per connection", (double)(held.ServerRssBytes - warm.ServerRssBytes) / more, "bytes");
        yield return new Figure("… after a forced collection", (double)(stats.Readings["collected"].ServerRssBytes - warm.ServerRssBytes) / more, "bytes");
        yield return new Figure("server CPU per handshake", (connected.ServerCpuSeconds - warm.ServerCpuSeconds) / more * 1e9, "ns");
        yield return new Figure("handshakes per server-CPU-second", more / Math.Max(1e-9, connected.ServerCpuSeconds - warm.ServerCpuSeconds), "/s");
        var start = stats.Readings["window start"];
        var end = stats.Readings["stage 1 end"];
        yield return new Figure(options.Rate > 0 ? "server cores while held" : "server cores while idle", (end.ServerCpuSeconds - start.ServerCpuSeconds) / ((end.Time - start.Time) / 1e9), "cores");
        yield return new Figure("client memory per connection", (double)(held.ClientRssBytes - warm.ClientRssBytes) / more, "bytes");
    }
}
