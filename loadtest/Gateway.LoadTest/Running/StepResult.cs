using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>A <see cref="StepTally"/> on its way between processes.</summary>
internal sealed record StepResult(long Ok, long Fail, IReadOnlyDictionary<string, long> Codes, IReadOnlyDictionary<string, string> Messages, HistogramData Latency)
{
    public static StepResult Of(StepTally tally) => new(tally.Ok, tally.Fail, tally.Codes, tally.Messages, tally.Latency.ToData());
}
