using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>A <see cref="DeliveryLog"/> on its way between processes.</summary>
internal sealed record DeliveryResult(
    long Total, long InWindow, IReadOnlyList<long> ByStage, long Expected, long Missing, long Duplicates, long Reordered, long SaidLost, HistogramData Latency)
{
    public static DeliveryResult Of(DeliveryLog log, Fleet fleet) => new(
        log.Total, log.ArrivedInWindow, log.ArrivedByStage, fleet.ExpectedOf(log), fleet.MissingOf(log), log.Sequences.Duplicates, log.Sequences.Reordered, log.SaidLost,
        log.Latency.ToData());
}
