namespace Gateway.Server.Operations.Health;

/// <summary>One check in the answer of a probe.</summary>
internal sealed record CheckOutcome(string Name, bool Ready, string Sentence);
