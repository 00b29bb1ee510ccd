namespace Gateway.LoadTest.Scenarios;

/// <summary>The scenarios that come with the program. Each takes a further step of the user's own.</summary>
public static class BuiltIn
{
    internal static IReadOnlyList<BuiltInScenario> All { get; } =
    [
        One("idle", "connections that only stand: memory and CPU of each; a roll-call at the end", IdleScenario.Defaults, IdleScenario.Create),
        One("echo", "round trips on /echo, one message of each connection in flight", EchoScenario.Defaults, EchoScenario.Create),
        One("fanout", "one publisher, one room, many members", FanoutScenario.Defaults, FanoutScenario.Create),
        One("rooms", "many rooms, every member publishes", RoomsScenario.Defaults, RoomsScenario.Create),
        new("reconnect-storm", "all connections cut at once: they come back and miss nothing, and others are answered meanwhile", ReconnectStormScenario.Defaults, ReconnectStormScenario.Create),
        One("slow-readers", "some members stop reading: the others keep their rate, and in the end nobody misses anything", SlowReadersScenario.Defaults, SlowReadersScenario.Create),
        One("transcode-progress", "videos uploaded over HTTP, their jobs followed over the WebSocket (needs ffmpeg)", TranscodeProgressScenario.Defaults, TranscodeProgressScenario.Create),
        new("mixed", "some of all at the same time", MixedScenario.Defaults, MixedScenario.Create),
    ];

    /// <summary>The scenarios of a name, such as <c>fanout</c>; <c>mixed</c> is several.</summary>
    /// <param name="options">With the name.</param>
    /// <param name="step">A step of your own, run behind the scenario's own in each iteration.</param>
    /// <exception cref="LoadTestException">There is no such scenario.</exception>
    public static IReadOnlyList<Scenario> Create(LoadOptions options, Func<ScenarioContext, Task<Response>>? step = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Find(options.Scenario).Create(options, step);
    }

    internal static BuiltInScenario Find(string name) =>
        All.FirstOrDefault(each => each.Name == name)
        ?? throw new LoadTestException(ExitCode.BadArguments, $"There is no scenario {name}; there are {string.Join(", ", All.Select(static each => each.Name))}.");

    private static BuiltInScenario One(
        string name, string summary, LoadOptions defaults, Func<LoadOptions, Func<ScenarioContext, Task<Response>>?, Scenario> create) =>
        new(name, summary, defaults, (options, step) => [create(options, step)]);
}
