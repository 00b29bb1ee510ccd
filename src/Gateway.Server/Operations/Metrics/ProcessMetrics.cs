using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Metrics;

/// <summary>The process as every Prometheus client library shows it (CPU, memory, open files), and the state of the node.</summary>
internal sealed class ProcessMetrics
{
    public const string MeterName = "Gateway.Process";
    private const string OpenFiles = "/proc/self/fd";
    private const string LimitsFile = "/proc/self/limits";

    public ProcessMetrics(IMeterFactory factory, NodeLifecycle lifecycle, IOptions<NodeOptions> node)
    {
        var meter = factory.Create(MeterName);
        meter.CreateObservableCounter("process.cpu", CpuSeconds, "s", "Total user and system CPU time spent in seconds.");
        meter.CreateObservableGauge("process.resident_memory", static () => Environment.WorkingSet, "By", "Resident memory size in bytes.");
        meter.CreateObservableGauge("process.start_time", static () => StartTime, "s", "Start time of the process since unix epoch in seconds.");
        meter.CreateObservableGauge("gateway.node.ready", () => lifecycle.State == NodeState.Ready ? 1 : 0, description: "1 while the node takes traffic, 0 while it starts or drains.");
        KeyValuePair<string, object?>[] build = [new("version", NodeProcess.Version), new("node", node.Value.Name)];
        meter.CreateObservableGauge("gateway.build_info", () => new Measurement<int>(1, build), description: "Always 1; the labels tell version and name of the node.");
        if (!Directory.Exists(OpenFiles))
            return;
        meter.CreateObservableGauge("process.open_fds", static () => Directory.EnumerateFileSystemEntries(OpenFiles).LongCount(), description: "Number of open file descriptors.");
        meter.CreateObservableGauge("process.max_fds", MaxOpenFiles, description: "Maximum number of open file descriptors.");
    }

    private static readonly double StartTime =
        new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUnixTimeMilliseconds() / 1000.0;

    private static double CpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double MaxOpenFiles()
    {
        // Max open files            1024                 4096                 files
        var line = File.ReadLines(LimitsFile).FirstOrDefault(each => each.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return double.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : double.PositiveInfinity;
    }
}
