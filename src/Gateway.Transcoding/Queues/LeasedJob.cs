using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Queues;

/// <summary>
/// A job in the hands of one worker. <see cref="LeaseId"/> is new for every lease and fences all that follows: a worker that was
/// thought dead and comes back holds an old id and can settle nothing.
/// </summary>
/// <param name="LeaseId">Letters, digits and '-' only: it also names the attempt's directories.</param>
/// <param name="Job">The job with <see cref="TranscodeJob.Attempt"/> set.</param>
/// <param name="WorkerId">Who holds it.</param>
/// <param name="ExpiresAt">When it ends unless renewed, by the queue's clock.</param>
/// <param name="CancelRequested">The user cancelled while an earlier worker, now dead, had it: only <see cref="ITranscodeQueue.CancelAsync"/> is left to do.</param>
public sealed record LeasedJob(string LeaseId, TranscodeJob Job, string WorkerId, DateTimeOffset ExpiresAt, bool CancelRequested = false);
