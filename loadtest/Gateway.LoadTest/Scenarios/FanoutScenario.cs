using Gateway.LoadTest.Clients;

namespace Gateway.LoadTest.Scenarios;

/// <summary>A publisher beside the members sends to one room (or a few); every member gets every message.</summary>
internal static class FanoutScenario
{
    public const string Name = "fanout";

    public static LoadOptions Defaults { get; } = new() { Scenario = Name, Connections = 1000, Rooms = 1, Publishers = 1, Rate = 40, Size = 128 };

    public static Scenario Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null) =>
        Scenario.Create(Name, async context =>
            {
                var published = await Step.Run("publish", context, () => context.Init.Fleet.PublishAsync(context));
                return published.IsOk && step is not null ? await Step.Run("own step", context, () => step(context)) : published;
            })
            .WithInit(async context =>
            {
                await context.Fleet.OpenMembersAsync(new FleetRequest(options.Connections, index => [RoomNaming.Of(options, index % options.Rooms)]));
                await context.Fleet.OpenPublishersAsync(options.Publishers, RoomNaming.All(options));
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(Simulation.Inject(options.Rate, TimeSpan.FromSeconds(1), options.Duration))
            .WithThresholds(
                UsualThresholds.AllConnected, UsualThresholds.MostIterationsOk, UsualThresholds.NothingLost, UsualThresholds.InOrderOnce,
                UsualThresholds.SomethingDelivered, UsualThresholds.DeliveryP99(TimeSpan.FromMilliseconds(100)));
}
