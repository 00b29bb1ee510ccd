namespace Gateway.Server.Operations.Health;

/// <summary>The answer of a probe.</summary>
internal sealed record HealthReport(string Status, string Node, string State, IReadOnlyList<CheckOutcome> Checks);
