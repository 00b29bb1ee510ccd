using System.Globalization;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;

namespace Gateway.Server.Jobs;

/// <summary>The workers' view of <see cref="IJobStore"/>.</summary>
internal sealed class JobQueue(IJobStore store, JobSignals signals, MediaFolders folders, TimeProvider time) : ITranscodeQueue
{
    public int Depth => store.Counts.Queued;

    public async ValueTask<LeasedJob?> LeaseAsync(string workerId, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        var now = Now();
        var lease = await store.LeaseAsync(Guid.NewGuid().ToString("N"), workerId, now, now + leaseTime, cancellationToken);
        return lease is null ? null : new LeasedJob(lease.LeaseId, Describe(lease.Job), workerId, lease.ExpiresAt, lease.Job.CancelRequested);
    }

    public async ValueTask WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var arrived = signals.Work;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Started before the store is asked, so that the time waited is the time asked for.
        var timeout = Task.Delay(atMost, time, stop.Token);
        try
        {
            var due = await store.NextDueAsync(cancellationToken) is { } dueAt ? Delay(dueAt - Now(), stop.Token) : timeout;
            await Task.WhenAny(arrived, timeout, due);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await stop.CancelAsync();
            await timeout.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask<LeaseState> RenewAsync(LeasedJob lease, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        var now = Now();
        return new(store.RenewAsync(lease.LeaseId, now, now + leaseTime, cancellationToken));
    }

    public ValueTask<LeaseState> CompleteAsync(LeasedJob lease, JobResult result, CancellationToken cancellationToken) =>
        new(store.CompleteAsync(lease.LeaseId, ToStored(result), Now(), cancellationToken));

    public ValueTask<LeaseState> FailAsync(LeasedJob lease, JobError error, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var now = Now();
        return new(store.FailAsync(lease.LeaseId, new JobFault(error.Code, error.Message), now + retryAfter, now, cancellationToken));
    }

    public ValueTask<LeaseState> CancelAsync(LeasedJob lease, CancellationToken cancellationToken) =>
        new(store.CancelLeaseAsync(lease.LeaseId, Now(), cancellationToken));

    public ValueTask<LeaseState> ReleaseAsync(LeasedJob lease, CancellationToken cancellationToken) =>
        new(store.ReleaseAsync(lease.LeaseId, Now(), cancellationToken));

    private Task Delay(TimeSpan wait, CancellationToken cancellationToken) =>
        wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait < MaxDelay ? wait : MaxDelay, time, cancellationToken);

    // What timers take is bounded; to look once a day is no harm.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1);

    private DateTimeOffset Now() => time.GetUtcNow();

    private TranscodeJob Describe(Job job) => new()
    {
        Id = job.Id,
        InputPath = folders.Absolute(job.InputPath),
        OutputDirectory = folders.Absolute(job.OutputDirectory),
        OriginalFileName = job.FileName,
        Preset = job.Preset,
        Options = job.Options,
        Attempt = job.Attempt - job.AttemptBase,
    };

    private StoredResult ToStored(JobResult result) => new(
        [.. result.Outputs.Select(output => new StoredOutput(
            output.Kind is OutputKind.Main ? JobOutputs.Result : output.Kind.ToString().ToLower(CultureInfo.InvariantCulture),
            folders.Relative(output.Path),
            output.SizeBytes,
            output.ContentType))],
        result.Analytics.OutputBytes,
        (result.Output.Duration ?? result.Input.Duration)?.TotalSeconds,
        result.Output.Video?.Width,
        result.Output.Video?.Height,
        result.Analytics.ProcessingTime.TotalSeconds,
        result.Analytics.CompressionRatio);
}
