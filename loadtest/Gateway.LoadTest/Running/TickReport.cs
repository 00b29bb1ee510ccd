using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>What happened in one scenario in one second.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Second">Since the start of the warm-up, from 0.</param>
/// <param name="Ok">Iterations that ended well.</param>
/// <param name="Fail">Iterations that did not.</param>
/// <param name="Iterations">Latencies of the good ones.</param>
/// <param name="Deliveries">Latencies of what was received.</param>
/// <param name="Connections">Connections that stand now.</param>
internal sealed record TickReport(string Scenario, int Second, long Ok, long Fail, HistogramData Iterations, HistogramData Deliveries, int Connections);
