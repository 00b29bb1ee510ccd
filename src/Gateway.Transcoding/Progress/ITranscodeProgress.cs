namespace Gateway.Transcoding.Progress;

/// <summary>
/// Who wants to know. Calls for one job come one after the other; for different jobs at the same time. A call that throws or takes
/// longer than <see cref="TranscodingOptions.ProgressTimeout"/> is logged and left behind: it never fails a job. After a lost lease
/// nothing more is reported.
/// </summary>
public interface ITranscodeProgress
{
    /// <summary>
    /// Each start of a stage, and in between at most one per <see cref="TranscodingOptions.ProgressInterval"/>. Only the newest matters.
    /// </summary>
    ValueTask ReportAsync(JobProgress progress, CancellationToken cancellationToken);

    /// <summary>A stage has ended: for the processing history.</summary>
    ValueTask RecordAsync(JobOperation operation, CancellationToken cancellationToken);

    /// <summary>Terminal. The queue has stored it.</summary>
    ValueTask CompletedAsync(JobCompleted completed, CancellationToken cancellationToken);

    /// <summary>Terminal. The queue has stored it.</summary>
    ValueTask FailedAsync(JobFailed failed, CancellationToken cancellationToken);

    /// <summary>Terminal. The queue has stored it.</summary>
    ValueTask CancelledAsync(JobCancelled cancelled, CancellationToken cancellationToken);

    /// <summary>The attempt ended and another one follows. The queue has stored it.</summary>
    ValueTask RequeuedAsync(JobRequeued requeued, CancellationToken cancellationToken);
}
