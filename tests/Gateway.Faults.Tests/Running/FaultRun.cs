using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;
using Gateway.Faults.Tests.Schedules;
using Gateway.Faults.Tests.Workloads;

namespace Gateway.Faults.Tests.Running;

/// <summary>A schedule from the first node's start to the oracle's last word.</summary>
internal sealed class FaultRun(Schedule schedule, int nodes, RunTotals totals, Action<string> say)
{
    private const string LogFolder = "TestResults";

    // One fault makes many; the first ones tell most, the file has all.
    private const int MaxShown = 20;

    private readonly ConcurrentQueue<string> _timeline = new();
    private int _shown;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Say(schedule.ToString());
        var oracle = new RoomOracle(Workload.IsDurable, Show);
        await using var cluster = await NodeCluster.StartAsync(nodes, cancellationToken);
        try
        {
            await using var workload = new Workload(oracle, cluster.Slots, schedule.Seed);
            var injector = new FaultInjector(cluster, workload, totals, Say);
            var isWell = await workload.StartAsync(cancellationToken);
            foreach (var (i, step) in schedule.Steps.Index())
            {
                if (!isWell)
                    break;
                Say(string.Create(CultureInfo.InvariantCulture, $"  {i + 1}/{schedule.Steps.Count} {step} ({oracle.AcknowledgedCount} acknowledged, {oracle.DeliveredCount} delivered so far)"));
                isWell = await injector.RunAsync(step, cancellationToken);
            }

            await workload.EndAsync(cancellationToken);
        }
        finally
        {
            totals.AddSchedule(oracle);
            if (oracle.Violations.Count > 0)
                await KeepLogsAsync(cluster);
        }
    }

    private async Task KeepLogsAsync(NodeCluster cluster)
    {
        var folder = Directory.CreateDirectory(Path.Combine(LogFolder, string.Create(CultureInfo.InvariantCulture, $"faults-{schedule.Seed}"))).FullName;
        await cluster.KeepLogsAsync(folder);
        await File.WriteAllLinesAsync(Path.Combine(folder, "timeline.txt"), _timeline, CancellationToken.None);
        say($"  the logs of all processes are in {folder}");
    }

    private void Show(Violation violation)
    {
        if (++_shown <= MaxShown)
            Say("  " + violation);
        else
            Note("  " + violation);
    }

    private void Say(string line)
    {
        Note(line);
        say(line);
    }

    // With the time of day, to be laid beside the logs of the nodes.
    private void Note(string line) => _timeline.Enqueue(TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture) + line);
}
