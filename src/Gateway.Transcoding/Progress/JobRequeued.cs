using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Progress;

/// <summary>An attempt ended, the job did not: it waits in the queue again, and its next attempt starts at 0 percent.</summary>
/// <param name="Job">The job, with the attempt that ended.</param>
/// <param name="WorkerId">Who had it.</param>
/// <param name="Error">Why it failed; null when the worker only shut down.</param>
/// <param name="RetryAfter">How long it waits at least.</param>
public sealed record JobRequeued(TranscodeJob Job, string WorkerId, JobError? Error, TimeSpan RetryAfter);
