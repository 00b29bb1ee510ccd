namespace Gateway.LoadTest.Scenarios;

/// <summary>A scenario that the program knows by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Defaults">Its defaults.</param>
/// <param name="Create">Makes it; a step of the user's own goes behind its own.</param>
internal sealed record BuiltInScenario(
    string Name, string Summary, LoadOptions Defaults, Func<LoadOptions, Func<ScenarioContext, Task<Response>>?, IReadOnlyList<Scenario>> Create);
