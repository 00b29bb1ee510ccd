using Gateway.Transcoding.Progress;

namespace Gateway.Transcoding.Tests.Support;

/// <summary>Keeps all that was reported, in order, and lets a test wait for what it wants to see.</summary>
internal sealed class RecordingProgress : ITranscodeProgress
{
    private readonly Lock _lock = new();
    private readonly List<object> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<object> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    public IReadOnlyList<JobProgress> Reports => [.. Events.OfType<JobProgress>()];

    public IReadOnlyList<JobOperation> Operations => [.. Events.OfType<JobOperation>()];

    public ValueTask ReportAsync(JobProgress progress, CancellationToken cancellationToken) => Add(progress);

    public ValueTask RecordAsync(JobOperation operation, CancellationToken cancellationToken) => Add(operation);

    public ValueTask CompletedAsync(JobCompleted completed, CancellationToken cancellationToken) => Add(completed);

    public ValueTask FailedAsync(JobFailed failed, CancellationToken cancellationToken) => Add(failed);

    public ValueTask CancelledAsync(JobCancelled cancelled, CancellationToken cancellationToken) => Add(cancelled);

    public ValueTask RequeuedAsync(JobRequeued requeued, CancellationToken cancellationToken) => Add(requeued);

    /// <summary>The first event of this kind, past or to come. The limit only ends a test that has failed.</summary>
    public async Task<T> WaitForAsync<T>(Func<T, bool>? wanted = null)
        where T : class
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_events.OfType<T>().FirstOrDefault(wanted ?? (static _ => true)) is { } found)
                    return found;

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"No {typeof(T).Name} came. What came:\n{string.Join('\n', Events)}", late);
            }
        }
    }

    /// <summary>The terminal event of a job.</summary>
    public Task<object> WaitForEndAsync(string jobId) => WaitForAsync<object>(candidate => candidate switch
    {
        JobCompleted completed => completed.Job.Id == jobId,
        JobFailed failed => failed.Job.Id == jobId,
        JobCancelled cancelled => cancelled.Job.Id == jobId,
        _ => false,
    });

    private ValueTask Add(object happened)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            _events.Add(happened);
            waiting = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
        return default;
    }
}
