using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Reports;

/// <summary>The report for programs. Latencies in microseconds, memory in bytes.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(RunStats run) => JsonSerializer.Serialize(
        new
        {
            scenario = run.Options.Scenario,
            passed = run.IsPassed,
            startedAt = run.StartedAt,
            runId = run.RunId,
            workers = run.WorkerCount,
            targets = run.Targets,
            warmUpSeconds = run.WarmUp.TotalSeconds,
            measuredSeconds = run.Measured.TotalSeconds,
            options = run.Options with { SigningKey = run.Options.SigningKey.Length > 0 ? "(set)" : "" },
            figures = run.Figures,
            thresholds = run.Thresholds,
            scenarios = run.Scenarios.Select(static each => Of(each)),
            seconds = run.Seconds.Select(static each => Of(each)),
        },
        Options);

    private static object Of(ScenarioStats stats) => new
    {
        name = stats.Name,
        connections = new { wanted = stats.Wanted, ready = stats.Ready, standing = stats.Standing, failures = stats.Failures },
        steps = stats.Steps.ToDictionary(static each => each.Key, static each => (object)new
        {
            ok = each.Value.Ok,
            fail = each.Value.Fail,
            codes = each.Value.Codes,
            messages = each.Value.Messages,
            latencyUs = Of(each.Value.Latency),
        }),
        deliveries = stats.Deliveries.ToDictionary(static each => each.Key, static each => (object)new
        {
            inWindow = each.Value.InWindow,
            byStage = each.Value.ByStage,
            total = each.Value.Total,
            expected = each.Value.Expected,
            lost = each.Value.Lost,
            duplicates = each.Value.Duplicates,
            reordered = each.Value.Reordered,
            saidLost = each.Value.SaidLost,
            latencyUs = Of(each.Value.Latency),
        }),
        measures = stats.Measures.ToDictionary(static each => each.Key, static each => Of(each.Value)),
        counters = stats.Counters,
        figures = stats.Figures,
        unfinished = stats.Unfinished,
        readings = stats.Readings.ToDictionary(static each => each.Key, static each => Of(each.Value)),
    };

    private static object Of(SecondStats second) => new
    {
        second = second.Second,
        ok = second.Ok,
        fail = second.Fail,
        connections = second.Connections,
        iterationUs = Of(second.Iterations),
        deliveries = second.Deliveries.Count,
        deliveryUs = Of(second.Deliveries),
        reading = second.Reading is { } reading ? Of(reading) : null,
    };

    private static object Of(Reading reading) => new
    {
        serverRssBytes = reading.ServerRssBytes,
        serverCpuSeconds = reading.ServerCpuSeconds,
        clientRssBytes = reading.ClientRssBytes,
        clientCpuSeconds = reading.ClientCpuSeconds,
    };

    private static object Of(Histogram latency) => new
    {
        count = latency.Count,
        min = latency.Min / 1e3,
        mean = latency.Mean / 1e3,
        p50 = latency.Percentile(50) / 1e3,
        p90 = latency.Percentile(90) / 1e3,
        p99 = latency.Percentile(99) / 1e3,
        p999 = latency.Percentile(99.9) / 1e3,
        max = latency.Max / 1e3,
    };
}
