using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Stages;

namespace Gateway.Transcoding.Workers;

/// <summary>
/// One attempt from lease to end: stages, then the temporary files go, then the queue stores the end (which is also the check that the
/// lease still holds), then the event goes out.
/// </summary>
internal sealed class JobRun : IDisposable
{
    private const int MaxSettleAttempts = 3;
    private static readonly TimeSpan SettleRetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly WorkerServices _services;
    private readonly LeasedJob _lease;
    private readonly StopSignal _stop = new();
    private readonly SinkGuard _sink;
    private readonly ProgressReporter _progress;
    private readonly long _startedAt;

    public JobRun(WorkerServices services, LeasedJob lease)
    {
        _services = services;
        _lease = lease;
        _sink = new SinkGuard(services.Sink, lease.Job.Id, services.Options.ProgressTimeout, services.Time, services.Log);
        _progress = new ProgressReporter(_sink, lease.Job.Id, lease.Job.Attempt, services.Options.ProgressInterval, services.Time);
        _startedAt = services.Time.GetTimestamp();
    }

    public TranscodeJob Job => _lease.Job;

    public void RequestStop(StopReason reason) => _stop.Request(reason);

    /// <param name="giveUp">The shutdown's deadline: nothing more is waited for, the lease runs out.</param>
    public async Task RunAsync(CancellationToken giveUp)
    {
        _services.Metrics.JobStarted();
        TranscodingLog.JobStarted(_services.Log, Job.Id, Job.Attempt, Job.Preset.Name);
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
        var heartbeat = new Heartbeat(_services, _lease, _stop).RunAsync(settled.Token);
        var outcome = "faulted";
        try
        {
            outcome = await WorkAndSettleAsync(giveUp).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                await settled.CancelAsync().ConfigureAwait(false);
                await heartbeat.ConfigureAwait(false);
            }
            finally
            {
                // Whatever became of the heartbeat: nobody works on the job any more.
                _services.Metrics.JobEnded(Job.Preset, outcome, _services.Time.GetElapsedTime(_startedAt));
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Returns the outcome's name in the metrics.</summary>
    private async Task<string> WorkAndSettleAsync(CancellationToken giveUp)
    {
        if (_lease.CancelRequested)
            return await CancelAsync(giveUp).ConfigureAwait(false);

        if (Job.Attempt > _services.Options.MaxAttempts)
        {
            return await FailAsync(
                JobError.Final(JobErrorCodes.AttemptsExhausted, "Every attempt to convert this file ended before its time; it is not tried again."), giveUp)
                .ConfigureAwait(false);
        }

        JobError? error;
        JobResult? result = null;
        string? published = null;
        try
        {
            using var context = new JobContext(_lease, _services.Options, _services.Tools, _progress, _services.Time, _services.Log);
            error = await new JobPipeline(_sink, _stop, _services.Time).RunAsync(context).ConfigureAwait(false);
            published = context.PublishedDirectory;
            if (error is null)
                result = context.Result();
        }
        catch (OperationCanceledException) when (_stop.Token.IsCancellationRequested)
        {
            return await StoppedAsync(giveUp).ConfigureAwait(false);
        }

        if (error is not null)
            return await FailAsync(error, giveUp).ConfigureAwait(false);

        return await CompleteAsync(result!, published!, giveUp).ConfigureAwait(false);
    }

    private async Task<string> CompleteAsync(JobResult result, string published, CancellationToken giveUp)
    {
        await _progress.EnterAsync(JobStage.Notification).ConfigureAwait(false);
        var startedAt = _services.Time.GetUtcNow();
        var timestamp = _services.Time.GetTimestamp();
        var state = await SettleAsync(cancel => _services.Queue.CompleteAsync(_lease, result, cancel), giveUp).ConfigureAwait(false);

        // Unknown: the queue may have stored it, so the files stay. If it has not, the next attempt that succeeds removes them.
        if (state is null)
            return "unsettled";

        if (state != LeaseState.Held)
        {
            AttemptDirectory.Delete(published, _services.Log);
            return await NotHeldAsync(state.Value, giveUp).ConfigureAwait(false);
        }

        AttemptDirectory.DeleteOtherResults(Job.OutputDirectory, _lease.LeaseId, _services.Log);
        _services.Metrics.Succeeded();
        TranscodingLog.JobCompleted(
            _services.Log, Job.Id, result.Analytics.ProcessingTime, result.Analytics.InputBytes, result.Analytics.OutputBytes);
        await _sink.RecordAsync(new JobOperation
        {
            JobId = Job.Id,
            WorkerId = _lease.WorkerId,
            Attempt = Job.Attempt,
            Operation = JobStage.Notification.Name(),
            Status = OperationStatus.Completed,
            StartedAt = startedAt,
            Duration = _services.Time.GetElapsedTime(timestamp),
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal),
        }).ConfigureAwait(false);
        await _progress.FinishAsync().ConfigureAwait(false);
        await _sink.CompletedAsync(new JobCompleted(Job, _lease.WorkerId, result)).ConfigureAwait(false);
        return "succeeded";
    }

    private async Task<string> FailAsync(JobError error, CancellationToken giveUp)
    {
        TimeSpan? retryAfter = error.Retryable && Job.Attempt < _services.Options.MaxAttempts
            ? RetryDelay.After(Job.Attempt, _services.Options, Random.Shared.NextDouble())
            : null;
        var state = await SettleAsync(cancel => _services.Queue.FailAsync(_lease, error, retryAfter, cancel), giveUp).ConfigureAwait(false);
        if (state is null)
            return "unsettled";

        if (state != LeaseState.Held)
            return await NotHeldAsync(state.Value, giveUp).ConfigureAwait(false);

        TranscodingLog.JobFailed(_services.Log, Job.Id, error.Code, Job.Attempt, retryAfter, error.Detail);
        if (retryAfter is { } delay)
        {
            _services.Metrics.Retried(error.Code);
            await _sink.RequeuedAsync(new JobRequeued(Job, _lease.WorkerId, error, delay)).ConfigureAwait(false);
            return "retried";
        }

        _services.Metrics.Failed(error.Code);
        await _sink.FailedAsync(new JobFailed(Job, _lease.WorkerId, error)).ConfigureAwait(false);
        return "failed";
    }

    private Task<string> StoppedAsync(CancellationToken giveUp) => _stop.Reason switch
    {
        StopReason.Cancelled => CancelAsync(giveUp),
        StopReason.Shutdown => ReleaseAsync(giveUp),
        _ => NotHeldAsync(LeaseState.Lost, giveUp),
    };

    private async Task<string> CancelAsync(CancellationToken giveUp)
    {
        var state = await SettleAsync(cancel => _services.Queue.CancelAsync(_lease, cancel), giveUp).ConfigureAwait(false);
        if (state is null)
            return "unsettled";

        if (state == LeaseState.Lost)
            return await NotHeldAsync(LeaseState.Lost, giveUp).ConfigureAwait(false);

        _services.Metrics.Cancelled();
        TranscodingLog.JobStopped(_services.Log, Job.Id, "cancelled");
        await _sink.CancelledAsync(new JobCancelled(Job, _lease.WorkerId)).ConfigureAwait(false);
        return "cancelled";
    }

    private async Task<string> ReleaseAsync(CancellationToken giveUp)
    {
        var state = await SettleAsync(cancel => _services.Queue.ReleaseAsync(_lease, cancel), giveUp).ConfigureAwait(false);
        if (state is null)
            return "unsettled";

        if (state != LeaseState.Held)
            return await NotHeldAsync(state.Value, giveUp).ConfigureAwait(false);

        TranscodingLog.JobStopped(_services.Log, Job.Id, "released for shutdown");
        await _sink.RequeuedAsync(new JobRequeued(Job, _lease.WorkerId, null, TimeSpan.Zero)).ConfigureAwait(false);
        return "released";
    }

    private async Task<string> NotHeldAsync(LeaseState state, CancellationToken giveUp)
    {
        if (state == LeaseState.CancelRequested)
            return await CancelAsync(giveUp).ConfigureAwait(false);

        TranscodingLog.LeaseLost(_services.Log, Job.Id);
        return "lease-lost";
    }

    /// <summary>Null when it cannot be told whether the queue took it, after several attempts; the heartbeat goes on meanwhile.</summary>
    private async Task<LeaseState?> SettleAsync(Func<CancellationToken, ValueTask<LeaseState>> settle, CancellationToken giveUp)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var state = await settle(giveUp).AsTask().WaitAsync(_services.Options.LeaseTime, _services.Time, giveUp).ConfigureAwait(false);

                // After a call whose answer was lost, "lost" may mean that that call was heard: nobody knows.
                return state == LeaseState.Lost && attempt > 1 ? null : state;
            }
#pragma warning disable CA1031 // Whatever a queue throws, the lease decides in the end.
            catch (Exception error)
#pragma warning restore CA1031
            {
                if (attempt >= MaxSettleAttempts || giveUp.IsCancellationRequested)
                {
                    TranscodingLog.SettleFailed(_services.Log, Job.Id, error);
                    return null;
                }
            }

            await Task.Delay(SettleRetryDelay, _services.Time, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
