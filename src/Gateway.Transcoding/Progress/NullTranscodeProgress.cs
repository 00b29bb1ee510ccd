namespace Gateway.Transcoding.Progress;

/// <summary>What is used when nobody listens.</summary>
internal sealed class NullTranscodeProgress : ITranscodeProgress
{
    public ValueTask ReportAsync(JobProgress progress, CancellationToken cancellationToken) => default;

    public ValueTask RecordAsync(JobOperation operation, CancellationToken cancellationToken) => default;

    public ValueTask CompletedAsync(JobCompleted completed, CancellationToken cancellationToken) => default;

    public ValueTask FailedAsync(JobFailed failed, CancellationToken cancellationToken) => default;

    public ValueTask CancelledAsync(JobCancelled cancelled, CancellationToken cancellationToken) => default;

    public ValueTask RequeuedAsync(JobRequeued requeued, CancellationToken cancellationToken) => default;
}
