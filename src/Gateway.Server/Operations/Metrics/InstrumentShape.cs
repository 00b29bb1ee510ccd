using System.Diagnostics.Metrics;

namespace Gateway.Server.Operations.Metrics;

/// <summary>What kind of metric an instrument is, and its buckets.</summary>
internal static class InstrumentShape
{
    // Prometheus' own defaults, with two finer ones for latencies in a data centre.
    private static readonly double[] SecondBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] CountBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
    private static readonly double[] ByteBoundaries = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216, 104_857_600];

    public static MetricKind? KindOf(Instrument instrument) => GenericNameOf(instrument) switch
    {
        "Counter`1" => MetricKind.Counter,
        "UpDownCounter`1" => MetricKind.UpDownCounter,
        "Gauge`1" => MetricKind.Gauge,
        "Histogram`1" => MetricKind.Histogram,
        "ObservableCounter`1" => MetricKind.ObservedCounter,
        "ObservableUpDownCounter`1" or "ObservableGauge`1" => MetricKind.ObservedGauge,
        _ => null,
    };

    public static bool IsWhole(Instrument instrument) =>
        Type.GetTypeCode(TypedOf(instrument)?.GetGenericArguments()[0]) is TypeCode.Byte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;

    /// <summary>The instrument's advice, in its own unit; else what suits the unit.</summary>
    public static double[] BoundariesOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<float> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(each => (double)each)],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(each => (double)each)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(each => (double)each)],
        { Unit: "s" } => SecondBoundaries,
        { Unit: "ms" } => [.. SecondBoundaries.Select(each => each * 1000)],
        { Unit: "By" } => ByteBoundaries,
        _ => CountBoundaries,
    };

    private static string? GenericNameOf(Instrument instrument) => TypedOf(instrument)?.Name;

    private static Type? TypedOf(Instrument instrument)
    {
        var type = instrument.GetType();
        while (type is { IsGenericType: false })
            type = type.BaseType; // Instruments of a library may be subclasses.
        return type;
    }
}
