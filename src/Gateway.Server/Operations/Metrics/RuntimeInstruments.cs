using System.Collections.Frozen;

namespace Gateway.Server.Operations.Metrics;

/// <summary>
/// Instruments of .NET that need another name or kind here: to Prometheus a gauge that ends in <c>_count</c> looks like part of a histogram,
/// and the thread pool's levels are published as counters although they go down.
/// </summary>
internal static class RuntimeInstruments
{
    private static readonly FrozenDictionary<string, (string Name, MetricKind Kind)> Corrections =
        new Dictionary<string, (string Name, MetricKind Kind)>(StringComparer.Ordinal)
        {
            ["dotnet.assembly.count"] = ("dotnet.assemblies", MetricKind.ObservedGauge),
            ["dotnet.timer.count"] = ("dotnet.timers", MetricKind.ObservedGauge),
            ["dotnet.process.cpu.count"] = ("dotnet.process.cpus", MetricKind.ObservedGauge),
            ["dotnet.thread_pool.thread.count"] = ("dotnet.thread_pool.threads", MetricKind.ObservedGauge),
            ["dotnet.thread_pool.queue.length"] = ("dotnet.thread_pool.queue.length", MetricKind.ObservedGauge),
            ["dotnet.thread_pool.work_item.count"] = ("dotnet.thread_pool.work_items", MetricKind.ObservedCounter),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static (string Name, MetricKind Kind) Correct(string name, MetricKind kind) => Corrections.GetValueOrDefault(name, (name, kind));
}
