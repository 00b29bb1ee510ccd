namespace Gateway.LoadTest.Reports;

/// <summary>Whether a threshold holds.</summary>
internal sealed record ThresholdResult(string Scenario, string Sentence, bool Holds);
