using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Progress;

/// <summary>
/// Stands between one job and the sink: calls one after the other, each with a time limit, no exception comes through. While a call that
/// overran still runs, readings are dropped (a newer one follows), everything else waits for it once more.
/// </summary>
/// <remarks>Owned by one job; its calls never overlap.</remarks>
internal sealed class SinkGuard(ITranscodeProgress sink, string jobId, TimeSpan limit, TimeProvider time, ILogger log)
{
    private Task _last = Task.CompletedTask;

    public Task ReportAsync(JobProgress progress) =>
        _last.IsCompleted ? CallAsync(cancel => sink.ReportAsync(progress, cancel)) : Task.CompletedTask;

    public Task RecordAsync(JobOperation operation) => CallAsync(cancel => sink.RecordAsync(operation, cancel));

    public Task CompletedAsync(JobCompleted completed) => CallAsync(cancel => sink.CompletedAsync(completed, cancel));

    public Task FailedAsync(JobFailed failed) => CallAsync(cancel => sink.FailedAsync(failed, cancel));

    public Task CancelledAsync(JobCancelled cancelled) => CallAsync(cancel => sink.CancelledAsync(cancelled, cancel));

    public Task RequeuedAsync(JobRequeued requeued) => CallAsync(cancel => sink.RequeuedAsync(requeued, cancel));

    private async Task CallAsync(Func<CancellationToken, ValueTask> call)
    {
        // Not disposed on the path where the sink overran: it may still look at its token.
        var timeLimit = new CancellationTokenSource(limit, time);
        try
        {
            if (!_last.IsCompleted)
                await ((Task)_last.ContinueWith(static _ => { }, TaskScheduler.Default)).WaitAsync(timeLimit.Token).ConfigureAwait(false);

            _last = call(timeLimit.Token).AsTask();
            await _last.WaitAsync(timeLimit.Token).ConfigureAwait(false);
            timeLimit.Dispose();
        }
#pragma warning disable CA1031 // A listener's fault is never the job's.
        catch (Exception error)
#pragma warning restore CA1031
        {
            TranscodingLog.SinkFailed(log, jobId, error);
        }
    }
}
