using Gateway.Transcoding.Queues;

namespace Gateway.Transcoding.Workers;

/// <summary>
/// Keeps one lease alive and learns from the queue that it is lost or the job cancelled. When the queue cannot be reached, it stops the
/// attempt once the lease must have run out: by then another worker may have the job.
/// </summary>
internal sealed class Heartbeat(WorkerServices services, LeasedJob lease, StopSignal stop)
{
    private readonly TimeSpan _period = services.Options.LeaseTime / 3;

    /// <summary>Runs until <paramref name="settled"/>.</summary>
    public async Task RunAsync(CancellationToken settled)
    {
        using var timer = new PeriodicTimer(_period, services.Time);
        var renewedAt = services.Time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(settled).ConfigureAwait(false))
            {
                var askedAt = services.Time.GetTimestamp();
                if (await RenewAsync(settled).ConfigureAwait(false) is { } state)
                {
                    renewedAt = askedAt;
                    React(state);
                }
                else if (services.Time.GetElapsedTime(renewedAt) >= services.Options.LeaseTime)
                {
                    stop.Request(StopReason.LeaseLost);
                }
            }
        }
        catch (OperationCanceledException) when (settled.IsCancellationRequested)
        {
            // The job has its end.
        }
    }

    private void React(LeaseState state)
    {
        if (state == LeaseState.Lost)
            stop.Request(StopReason.LeaseLost);
        else if (state == LeaseState.CancelRequested)
            stop.Request(StopReason.Cancelled);
    }

    /// <summary>Null when the queue did not answer.</summary>
    private async Task<LeaseState?> RenewAsync(CancellationToken settled)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(settled);
        try
        {
            return await services.Queue.RenewAsync(lease, services.Options.LeaseTime, late.Token).AsTask()
                .WaitAsync(_period, services.Time, settled).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (settled.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a queue throws: the next beat asks again, and the clock decides.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await late.CancelAsync().ConfigureAwait(false);
            TranscodingLog.HeartbeatFailed(services.Log, lease.Job.Id, error);
            return null;
        }
    }
}
