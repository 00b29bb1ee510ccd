using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Gateway.Server.Rooms;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>
/// Takes what workers report: readings to the job's row and its rooms, at most one per interval and at once when the stage changes; stages to
/// the history. Ends are not told here: the store puts them into the outbox in the transaction that ends the job.
/// </summary>
/// <remarks>Readings are transient: one that a room does not take is dropped, the next one follows. Called from any thread.</remarks>
internal sealed partial class ProgressPublisher(
    IJobStore store, IRoomPublisher rooms, IOptions<JobsOptions> options, TimeProvider time, ILogger<ProgressPublisher> logger) : ITranscodeProgress
{
    // What was last told of each running job; an entry leaves with the job's end.
    private readonly ConcurrentDictionary<string, (string Stage, long At)> _told = new(StringComparer.Ordinal);

    public async ValueTask ReportAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        var reading = new ProgressReading(progress.Percent, progress.Stage.Name(), progress.Eta?.TotalSeconds, progress.Fps, progress.Speed);
        await ReportAsync(progress.JobId, progress.Attempt, reading, cancellationToken);
    }

    /// <summary>False when the job does not run (any more).</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="attempt">As the worker counts; null for whatever attempt runs.</param>
    /// <param name="reading">What the worker says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<bool> ReportAsync(string jobId, int? attempt, ProgressReading reading, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (_told.TryGetValue(jobId, out var last) && string.Equals(last.Stage, reading.Stage, StringComparison.Ordinal)
            && time.GetElapsedTime(last.At, now) < options.Value.ProgressInterval)
            return true;

        if (!await store.UpdateProgressAsync(jobId, attempt, reading, time.GetUtcNow(), cancellationToken)
            || await store.FindAsync(jobId, cancellationToken) is not { } job)
        {
            _told.TryRemove(jobId, out _);
            return false;
        }

        _told[jobId] = (reading.Stage, now);
        await PublishAsync(job, reading, cancellationToken);
        return true;
    }

    public async ValueTask RecordAsync(JobOperation operation, CancellationToken cancellationToken)
    {
        var facts = new JsonObject();
        foreach (var (name, value) in operation.Metadata)
            facts[name] = value;

        await store.RecordStageAsync(
            operation.JobId, operation.Operation, operation.Status.ToString().ToLowerInvariant(), operation.Attempt, operation.WorkerId,
            operation.Duration, facts, operation.StartedAt + operation.Duration, cancellationToken);
    }

    public ValueTask CompletedAsync(JobCompleted completed, CancellationToken cancellationToken) => Forget(completed.Job.Id);

    public ValueTask FailedAsync(JobFailed failed, CancellationToken cancellationToken) => Forget(failed.Job.Id);

    public ValueTask CancelledAsync(JobCancelled cancelled, CancellationToken cancellationToken) => Forget(cancelled.Job.Id);

    public async ValueTask RequeuedAsync(JobRequeued requeued, CancellationToken cancellationToken)
    {
        _told.TryRemove(requeued.Job.Id, out _);
        if (await store.FindAsync(requeued.Job.Id, cancellationToken) is { Status: JobStatus.Queued } job)
            await PublishAsync(job, new ProgressReading(0, JobStatus.Queued.Name(), null, null, null), cancellationToken);
    }

    private ValueTask Forget(string jobId)
    {
        _told.TryRemove(jobId, out _);
        return default;
    }

    private async Task PublishAsync(Job job, ProgressReading reading, CancellationToken cancellationToken)
    {
        var payload = JobEvents.ProgressPayload(job.Id, job.Status, job.Attempt, reading);
        foreach (var room in (string[])[JobEvents.JobRoom(job.Id), JobEvents.UserRoom(job.UserId)])
        {
            foreach (var name in (string[])[JobEvents.Progress, JobEvents.VideoProgress])
            {
                var result = await rooms.PublishAsync(
                    room, name, payload, new PublishOptions(ConflationKey: JobEvents.ConflationKey(name, job.Id)), cancellationToken);
                if (!result.IsAccepted)
                    LogDropped(logger, job.Id, room, result.Status);
            }
        }
    }

    [LoggerMessage(4020, LogLevel.Debug, "A progress of job {JobId} was not taken by {Room}: {Status}")]
    private static partial void LogDropped(ILogger logger, string jobId, string room, PublishStatus status);
}
