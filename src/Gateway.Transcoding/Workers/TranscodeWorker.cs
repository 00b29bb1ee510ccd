using Gateway.Transcoding.Queues;

namespace Gateway.Transcoding.Workers;

/// <summary>One loop that takes a job, runs it to its end, and takes the next. Nothing a job does ends the loop.</summary>
internal sealed class TranscodeWorker(WorkerServices services, RunningJobs running, string workerId)
{
    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(2);

    /// <param name="stopping">No more leases.</param>
    /// <param name="giveUp">Not even the running job is settled any more.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken giveUp)
    {
        while (!stopping.IsCancellationRequested)
        {
            var lease = await NextAsync(stopping).ConfigureAwait(false);
            if (lease is not null)
                await RunJobAsync(lease, giveUp).ConfigureAwait(false);
        }
    }

    private async Task<LeasedJob?> NextAsync(CancellationToken stopping)
    {
        try
        {
            var lease = await services.Queue.LeaseAsync(workerId, services.Options.LeaseTime, stopping).ConfigureAwait(false);
            if (lease is null)
                await services.Queue.WaitForWorkAsync(services.Options.PollInterval, stopping).ConfigureAwait(false);

            return lease;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // A queue that is away comes back; the worker waits for it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            TranscodingLog.LeaseFailed(services.Log, workerId, FaultDelay, error);
            await Task.Delay(FaultDelay, services.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    private async Task RunJobAsync(LeasedJob lease, CancellationToken giveUp)
    {
        using var run = new JobRun(services, lease);
        running.Add(run);
        try
        {
            await run.RunAsync(giveUp).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The loop's one place for faults.
        catch (Exception error)
#pragma warning restore CA1031
        {
            TranscodingLog.RunFaulted(services.Log, workerId, lease.Job.Id, error);
        }
        finally
        {
            running.Remove(run);
        }
    }
}
