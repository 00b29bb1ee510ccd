using System.Diagnostics;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;
using Gateway.Faults.Tests.Proxies;
using Gateway.Faults.Tests.Schedules;
using Gateway.Faults.Tests.Workloads;

namespace Gateway.Faults.Tests.Running;

/// <summary>Does to a cluster what a schedule says, one step after the other, and after each waits until everybody is served again.</summary>
internal sealed class FaultInjector(NodeCluster cluster, Workload workload, RunTotals totals, Action<string> say)
{
    private static readonly TimeSpan SlowLine = TimeSpan.FromMilliseconds(60);

    /// <returns>False when the cluster did not recover; nothing more is to be learnt from it then.</returns>
    public async Task<bool> RunAsync(FaultStep step, CancellationToken cancellationToken)
    {
        workload.GoHome();
        if (HasCrashed("before") || !await workload.SettleAsync(cancellationToken))
            return false;

        totals.AddFault(step.Kind);
        var with = Task.CompletedTask;
        if (step.With is { } other)
        {
            totals.AddFault(other.Kind);
            with = HurtLineAsync(other, cancellationToken);
        }

        await HurtAsync(step, cancellationToken);
        await with;
        if (HasCrashed("after"))
            return false;
        return await cluster.IsWholeAsync(cancellationToken) ? await workload.SettleAsync(cancellationToken) : SayNotWhole(step);
    }

    private Task HurtAsync(FaultStep step, CancellationToken cancellationToken) => step.Kind switch
    {
        FaultKind.KillNode => KillAsync(step, cancellationToken),
        FaultKind.PauseOwner => PauseAsync(step, cancellationToken),
        FaultKind.RestartRedis => RestartRedisAsync(step, cancellationToken),
        FaultKind.RestartNats => RestartNatsAsync(step, cancellationToken),
        FaultKind.UpgradeNats => UpgradeNatsAsync(step, cancellationToken),
        FaultKind.DrainNode => DrainAsync(step, cancellationToken),
        _ => HurtLineAsync(step, cancellationToken),
    };

    private async Task KillAsync(FaultStep step, CancellationToken cancellationToken)
    {
        var slot = cluster.Slots[step.Target];
        var owned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var room in workload.Rooms)
        {
            if (await cluster.FindOwnerAsync(room, cancellationToken) == slot)
                owned.Add(room);
        }

        var killedAt = Stopwatch.GetTimestamp();
        var affected = workload.Mark(slot, owned, killedAt);
        await slot.KillAsync();

        // Where there are others they serve everybody before a new one comes; a node that is alone has to come back first.
        if (cluster.Slots.Count > 1)
            await workload.SettleAsync(cancellationToken);
        await slot.StartAsync(step.IsGentle, cancellationToken);
        await workload.SettleAsync(cancellationToken);

        var slowest = affected.Concat(workload.BrokenSince(killedAt)).Distinct().Where(static arrival => arrival.Recovery is not null).OrderByDescending(static arrival => arrival.Recovery).ToArray();
        if (slowest.Length > 0)
            say($"     slowest to recover of {slowest.Length}: {string.Join(", ", slowest.Take(3).Select(static arrival => $"{arrival.View.Member} in {arrival.View.Room} {arrival.Recovery!.Value.TotalSeconds:0.00} s"))}");

        // Together with another fault it is not the death alone that is measured.
        if (step.With is null)
            totals.AddRecoveries(slowest.Select(static arrival => arrival.Recovery!.Value));
    }

    private async Task PauseAsync(FaultStep step, CancellationToken cancellationToken)
    {
        if (await cluster.FindOwnerAsync(workload.DurableRooms[step.Target], cancellationToken) is not { } slot)
        {
            SayNotWhole(step);
            return;
        }

        say($"     which is {slot.Name}");
        var window = workload.Watch(slot);
        await slot.Process.SignalAsync("STOP");
        await Task.Delay(step.Duration, cancellationToken);
        window.End();
        await slot.Process.SignalAsync("CONT");
        await workload.SettleAsync(cancellationToken);
        totals.AddWoken(window.Acknowledged, window.Refused);
    }

    private async Task RestartRedisAsync(FaultStep step, CancellationToken cancellationToken)
    {
        await (step.IsGentle ? cluster.Redis.StopAsync() : cluster.Redis.KillAsync());
        await Task.Delay(step.Duration, cancellationToken);
        await cluster.Redis.RestartAsync(cancellationToken);
    }

    private async Task RestartNatsAsync(FaultStep step, CancellationToken cancellationToken)
    {
        if (step.IsGentle)
            await cluster.Nats.All[step.Target].KillAsync();
        else
            await cluster.Nats.KillAllAsync();
        await Task.Delay(step.Duration, cancellationToken);
        await cluster.Nats.RestartAsync(cancellationToken);
    }

    private async Task UpgradeNatsAsync(FaultStep step, CancellationToken cancellationToken)
    {
        await cluster.Nats.RetireAsync(step.Target, cancellationToken);
        await cluster.Nats.RestartAsync(cancellationToken);
    }

    private async Task DrainAsync(FaultStep step, CancellationToken cancellationToken)
    {
        var slot = cluster.Slots[step.Target];
        try
        {
            await slot.DrainAsync(cancellationToken);
        }
        catch (TimeoutException)
        {
            workload.Oracle.Say(new Violation(ViolationKind.Stalled, slot.Name, "", "it was told to drain, and did not end"));
            await slot.KillAsync();
        }

        if (cluster.Slots.Count > 1)
            await workload.SettleAsync(cancellationToken);
        await slot.StartAsync(step.IsGentle, cancellationToken);
    }

    private async Task HurtLineAsync(FaultStep step, CancellationToken cancellationToken)
    {
        var slot = cluster.Slots[step.Target];
        TcpProxy[] lines = step.Kind switch
        {
            FaultKind.CutNats => [.. slot.Nats],
            FaultKind.CutRedis => [slot.Redis],
            FaultKind.CutClients => [slot.Clients],
            _ => [.. slot.Lines],
        };
        foreach (var line in lines)
            Hurt(line, step);
        await Task.Delay(step.Duration, cancellationToken);
        foreach (var line in lines)
        {
            if (step.Kind != FaultKind.DelayLinks && step.Manner == CutManner.HoldThenBreak)
                line.Break();
            line.Mend();
        }
    }

    private static void Hurt(TcpProxy line, FaultStep step)
    {
        if (step.Kind == FaultKind.DelayLinks)
        {
            line.Delay(SlowLine);
            return;
        }

        switch (step.Manner)
        {
            case CutManner.Refuse:
                line.Cut();
                break;
            case CutManner.HoldUp:
                line.Hold(Directions.Up);
                break;
            case CutManner.HoldDown:
                line.Hold(Directions.Down);
                break;
            default:
                line.Hold(Directions.Both);
                break;
        }
    }

    private bool HasCrashed(string when)
    {
        var crashed = cluster.Slots.Where(static slot => slot.HasCrashed).ToArray();
        foreach (var slot in crashed)
            workload.Oracle.Say(new Violation(ViolationKind.Crashed, slot.Name, "", $"it ended by itself, seen {when} a step: {slot.Process.Log.Split('\n').FirstOrDefault(static line => line.Length > 0 && line[0] != '{')}"));
        return crashed.Length > 0;
    }

    private bool SayNotWhole(FaultStep step)
    {
        workload.Oracle.Say(new Violation(ViolationKind.Stalled, "cluster", "", $"the nodes are not ready, or not all shards have an owner, {Polling.Patience.TotalSeconds} s after: {step}"));
        return false;
    }
}
