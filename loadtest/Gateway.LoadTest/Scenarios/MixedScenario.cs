namespace Gateway.LoadTest.Scenarios;

/// <summary>Some of all at the same time, as on a real day: connections that only stand, one big room, many small ones, round trips, videos.</summary>
internal static class MixedScenario
{
    public const string Name = "mixed";

    // The roll-call of the idle part goes behind its duration.
    private static readonly TimeSpan RollCall = TimeSpan.FromSeconds(3);

    public static LoadOptions Defaults { get; } = new()
    {
        Scenario = Name,
        Connections = 3000,
        Rooms = 40,
        Rate = 400,
        Duration = TimeSpan.FromSeconds(20),
        Drain = TimeSpan.FromSeconds(60),
    };

    public static IReadOnlyList<Scenario> Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null)
    {
        var third = Math.Max(1, options.Connections / 3);
        var rooms = Math.Clamp(options.Rooms, 1, third);
        var duration = options.Duration > RollCall * 2 ? options.Duration - RollCall : options.Duration;
        return
        [
            Part(options with { Connections = third, Rooms = rooms, Rate = 0, Duration = duration }, step: null, IdleScenario.Create),
            Part(options with { Connections = third, Rooms = 1, Publishers = 1, Rate = Math.Max(1, options.Rate / 20) }, step: null, FanoutScenario.Create),
            Part(options with { Connections = options.Connections - (2 * third), Rooms = rooms, Publishers = 0, IsDurable = true }, step, RoomsScenario.Create),
            Part(options with { Connections = 16, Rate = Math.Max(1, options.Rate / 4) }, step: null, EchoScenario.Create),
            // A video takes longer than a warm-up: one that begins in it would be all there is, and not count.
            Part(options with { Connections = 1, WarmUp = TimeSpan.Zero, Duration = options.WarmUp + options.Duration }, step: null, TranscodeProgressScenario.Create),
        ];
    }

    private static Scenario Part(LoadOptions options, Func<ScenarioContext, Task<Response>>? step, Func<LoadOptions, Func<ScenarioContext, Task<Response>>?, Scenario> create) =>
        create(options, step).WithOptions(options);
}
