using Gateway.LoadTest.Clients;

namespace Gateway.LoadTest.Scenarios;

/// <summary>Many rooms of some members each; the members publish in turn, and get their own messages too.</summary>
internal static class RoomsScenario
{
    public const string Name = "rooms";

    public static LoadOptions Defaults { get; } = new() { Scenario = Name, Connections = 1000, Rooms = 50, Publishers = 0, Rate = 1000, Size = 128 };

    public static Scenario Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null) =>
        Scenario.Create(Name, async context =>
            {
                var published = await Step.Run("publish", context, () => context.Init.Fleet.PublishAsync(context));
                return published.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : published;
            })
            .WithInit(async context =>
            {
                await context.Fleet.OpenMembersAsync(new FleetRequest(options.Connections, index => [RoomNaming.Of(options, index % options.Rooms)]));
                if (options.Publishers > 0)
                    await context.Fleet.OpenPublishersAsync(options.Publishers, RoomNaming.All(options));
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(Simulation.Inject(options.Rate, TimeSpan.FromSeconds(1), options.Duration))
            .WithThresholds(
                UsualThresholds.AllConnected, UsualThresholds.MostIterationsOk, UsualThresholds.NothingLost, UsualThresholds.InOrderOnce,
                UsualThresholds.SomethingDelivered, UsualThresholds.DeliveryP99(TimeSpan.FromMilliseconds(100)));
}
