namespace Gateway.LoadTest.Reports;

/// <summary>A number of the report.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit, such as <c>bytes</c>, <c>%</c>, <c>ms</c> or <c>/s</c>.</param>
public sealed record Figure(string Name, double Value, string Unit);
