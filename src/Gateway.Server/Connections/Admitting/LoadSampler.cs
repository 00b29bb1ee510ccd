using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections.Admitting;

/// <summary>Looks at the node's load once a second, says when it passes a mark, and sheds while it is above the second one.</summary>
internal sealed class LoadSampler(LoadGuard guard, ILoadSource source, ConnectionNode node, TimeProvider time, ILogger<LoadSampler> log) : BackgroundService
{
    private const int SamplesPerPeakMinute = 60;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private int _samples;

    /// <summary>One sample and what follows from it; the loop's body.</summary>
    public void Sample()
    {
        var (refusing, shedding) = (guard.Refusing, guard.Shedding);
        guard.Observe(time.GetElapsedTime(0), source.Read());
        if (guard.Refusing != refusing)
            Tell(guard.Refusing);
        if (guard.Shedding is { } mark)
        {
            if (shedding is null)
                Log.Shedding(log, mark, guard.MemoryPercent, guard.CpuPercent, node.Limits.ShedPerSecond);
            node.Admission.Use.HitShared(mark == LoadMark.Memory ? LimitName.MemoryShedPercent : LimitName.CpuShedPercent);
            node.ShedIdle(node.Limits.ShedPerSecond);
        }

        if (++_samples % SamplesPerPeakMinute == 0)
            node.ForgetOldPeaks();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    Sample();
                }
                catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
                {
                    // The kernel's figures are not to be had at this moment; the last state stays.
                    Log.LoadUnknown(log, e);
                }
            }
            while (await ticks.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private void Tell(LoadMark? mark)
    {
        if (mark is { } reason)
            Log.Refusing(log, reason, guard.MemoryPercent, guard.CpuPercent);
        else
            Log.LettingIn(log, guard.MemoryPercent, guard.CpuPercent);
    }
}
