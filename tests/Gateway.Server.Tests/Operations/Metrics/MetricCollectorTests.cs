using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Gateway.Server.Operations.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Operations.Metrics;

public sealed class MetricCollectorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Meter _meter;

    public MetricCollectorTests() => _meter = _services.GetRequiredService<IMeterFactory>().Create("Gateway.Test");

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Counter_addsUp_perLabels()
    {
        using var collector = Collector();
        var counter = _meter.CreateCounter<long>("gateway.things", "{thing}", "Things that came.");
        counter.Add(1);
        counter.Add(2, new("kind", "a"), new("ok", true));
        counter.Add(3, new("ok", true), new("kind", "a"));
        counter.Add(4, new KeyValuePair<string, object?>("kind", "b"));

        Assert.Equal(
            """
            # HELP gateway_things_total Things that came.
            # TYPE gateway_things_total counter
            gateway_things_total 1
            gateway_things_total{kind="a",ok="true"} 5
            gateway_things_total{kind="b"} 4

            """,
            await OwnAsync(collector));
    }

    [Fact]
    public async Task OtherKinds_areGauges()
    {
        using var collector = Collector();
        var level = _meter.CreateUpDownCounter<int>("gateway.level", description: "L.");
        level.Add(5);
        level.Add(-7);
        var share = _meter.CreateGauge<double>("gateway.share", "%", "S.");
        share.Record(10);
        share.Record(55);
        _meter.CreateObservableGauge("gateway.watched", static () => 1.5, "s", "W.");
        _meter.CreateObservableCounter("gateway.seen", static () => 12L, description: "C.");

        Assert.Equal(
            """
            # HELP gateway_level L.
            # TYPE gateway_level gauge
            gateway_level -2
            # HELP gateway_seen_total C.
            # TYPE gateway_seen_total counter
            gateway_seen_total 12
            # HELP gateway_share_ratio S.
            # TYPE gateway_share_ratio gauge
            gateway_share_ratio 0.55
            # HELP gateway_watched_seconds W.
            # TYPE gateway_watched_seconds gauge
            gateway_watched_seconds 1.5

            """,
            await OwnAsync(collector));
    }

    [Fact]
    public async Task Histogram_countsInAdvisedBuckets_upperBoundIncluded()
    {
        using var collector = Collector();
        var histogram = _meter.CreateHistogram("gateway.wait", "ms", "W.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 1000] });
        foreach (var value in (double[])[0.5, 1, 1.5, 1000, 1001, double.NaN])
            histogram.Record(value, new KeyValuePair<string, object?>("op", "x"));

        Assert.Equal(
            """
            # HELP gateway_wait_seconds W.
            # TYPE gateway_wait_seconds histogram
            gateway_wait_seconds_bucket{op="x",le="0.001"} 2
            gateway_wait_seconds_bucket{op="x",le="1"} 4
            gateway_wait_seconds_bucket{op="x",le="+Inf"} 5
            gateway_wait_seconds_sum{op="x"} 2.004
            gateway_wait_seconds_count{op="x"} 5

            """,
            await OwnAsync(collector));
    }

    [Fact]
    public async Task OpenMetrics_namesFamiliesWithoutSuffix_andEnds()
    {
        using var collector = Collector();
        _meter.CreateCounter<long>("gateway.things", description: "T.").Add(1);
        _meter.CreateHistogram("gateway.wait", "s", "W.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(0.5);

        var text = await WriteAsync(collector, ExpositionFormat.OpenMetrics);

        Assert.Contains("# TYPE gateway_things counter\ngateway_things_total 1\n", text);
        Assert.Contains("gateway_wait_seconds_bucket{le=\"1.0\"} 1\n", text);
        Assert.EndsWith("# EOF\n", text);
    }

    [Fact]
    public async Task Labels_areEscaped_andHelpToo()
    {
        using var collector = Collector();
        _meter.CreateCounter<long>("gateway.odd", description: "Back\\slash\nand more.").Add(1, new KeyValuePair<string, object?>("a.b-c", "q\"b\\n\nend"));

        var text = await OwnAsync(collector);

        Assert.Contains("# HELP gateway_odd_total Back\\\\slash and more.\n", text);
        Assert.Contains("gateway_odd_total{a_b_c=\"q\\\"b\\\\n\\nend\"} 1\n", text);
    }

    [Fact]
    public async Task Cardinality_beyondTheLimit_isOneOverflowSeries()
    {
        using var collector = Collector(maxSeries: 3);
        var counter = _meter.CreateCounter<long>("gateway.users");
        for (var i = 0; i < 1000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("user", i));
        counter.Add(1, new KeyValuePair<string, object?>("user", 2));

        var lines = (await OwnAsync(collector)).Split('\n').Where(line => line.Contains('{')).ToList();

        Assert.Equal(
            ["gateway_users_total{user=\"0\"} 1", "gateway_users_total{user=\"1\"} 1", "gateway_users_total{user=\"2\"} 2", "gateway_users_total{otel_metric_overflow=\"true\"} 997"],
            lines);
    }

    [Fact]
    public async Task Observed_labelsThatAreGone_disappear_andMakeRoom()
    {
        using var collector = Collector(maxSeries: 2);
        var current = 0;
        _meter.CreateObservableGauge("gateway.jobs", () => new Measurement<int>(7, new KeyValuePair<string, object?>("job", current)));
        for (current = 0; current < 10; current++)
            Assert.Contains($"gateway_jobs{{job=\"{current}\"}} 7\n", await OwnAsync(collector));

        Assert.Single((await OwnAsync(collector)).Split('\n'), line => line.StartsWith("gateway_jobs{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Observed_callbackThatThrows_leavesTheOthers()
    {
        using var collector = Collector();
        _meter.CreateObservableGauge("gateway.bad", static int () => throw new InvalidOperationException());
        _meter.CreateObservableGauge("gateway.good", static () => 1);

        Assert.Contains("gateway_good 1\n", await OwnAsync(collector));
    }

    [Fact]
    public async Task Clash_secondKind_isLeftOut()
    {
        using var collector = Collector();
        _meter.CreateCounter<long>("gateway.same").Add(1);
        _meter.CreateUpDownCounter<long>("gateway.same").Add(50);

        Assert.Contains("gateway_same_total 1\n", await OwnAsync(collector));
    }

    [Fact]
    public async Task Meters_ofOthers_areLeftOut_unlessChosen()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var unchosen = Collector();
        using var choosing = Collector(200, "Acme");
        other.GetRequiredService<IMeterFactory>().Create("Gateway.Test").CreateCounter<long>("gateway.other_application").Add(1);
        var factory = _services.GetRequiredService<IMeterFactory>();
        factory.Create("Acme.Things").CreateCounter<long>("acme.things").Add(1);
        factory.Create("Acmeous").CreateCounter<long>("acmeous.things").Add(1);

        var without = await WriteAsync(unchosen, ExpositionFormat.Prometheus);
        var with = await WriteAsync(choosing, ExpositionFormat.Prometheus);

        Assert.DoesNotContain("other_application", without);
        Assert.DoesNotContain("acme", without);
        Assert.Contains("acme_things_total 1\n", with);
        Assert.DoesNotContain("acmeous", with);
    }

    [Fact]
    public async Task Recording_fromManyThreads_losesNothing()
    {
        using var collector = Collector();
        var counter = _meter.CreateCounter<long>("gateway.sum");
        var fraction = _meter.CreateCounter<double>("gateway.fraction");
        var histogram = _meter.CreateHistogram<double>("gateway.spread", "s");
        string[] kinds = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("kind", kinds[i % kinds.Length]));
                fraction.Add(0.5);
                histogram.Record(0.25);
            }
        })));

        var text = await OwnAsync(collector);
        Assert.All(kinds, kind => Assert.Contains($"gateway_sum_total{{kind=\"{kind}\"}} 16000\n", text));
        Assert.Contains("gateway_fraction_total 80000\n", text);
        Assert.Contains("gateway_spread_seconds_count 160000\n", text);
        Assert.Contains("gateway_spread_seconds_sum 40000\n", text);
    }

    [Fact]
    public void Recording_inSteadyState_allocatesNothing()
    {
        using var collector = Collector();
        var counter = _meter.CreateCounter<long>("gateway.sum");
        var histogram = _meter.CreateHistogram<double>("gateway.spread", "s");
        var level = _meter.CreateUpDownCounter<int>("gateway.level");
        void Record()
        {
            for (var i = 0; i < 1000; i++)
            {
                counter.Add(1);
                counter.Add(1, new("kind", "a"), new("op", "join"));
                histogram.Record(0.25, new KeyValuePair<string, object?>("kind", "a"));
                level.Add(1, new KeyValuePair<string, object?>("kind", "b"));
            }
        }

        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async Task<string> WriteAsync(MetricCollector collector, ExpositionFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        await collector.WriteAsync(output, format, default);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Without .NET's own, which is in every process.</summary>
    private static async Task<string> OwnAsync(MetricCollector collector) =>
        string.Concat((await WriteAsync(collector, ExpositionFormat.Prometheus)).Split('\n')
            .Where(line => line.Contains("gateway_", StringComparison.Ordinal)).Select(line => line + "\n"));

    private MetricCollector Collector(int maxSeries = 200, params string[] meters)
    {
        var options = new MetricsOptions { MaxSeries = maxSeries };
        foreach (var meter in meters)
            options.Meters.Add(meter);
        return new(_services.GetRequiredService<IMeterFactory>(), Options.Create(options), NullLogger<MetricCollector>.Instance);
    }
}
