using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Queues;

/// <summary>
/// Where work comes from, seen by a worker. How jobs get in, and how a user asks for a cancel, is the implementation's own affair.
/// Every member may be called from many threads. The contract is written down as tests (TranscodeQueueContract): every implementation
/// runs them.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A job is held by at most one unexpired lease. Jobs that are due are leased in the order they were submitted.</item>
/// <item>A lease that expires puts its job back, in its old place; its attempt counts.</item>
/// <item>Settling (<see cref="CompleteAsync"/>, <see cref="FailAsync"/>, <see cref="CancelAsync"/>, <see cref="ReleaseAsync"/>) ends the lease, is
/// checked against it in the same step (one transaction), and is durable where the queue is. The terminal event goes out after it, so
/// who reads the queue's state never misses an end, even if the process dies between the two.</item>
/// </list>
/// </remarks>
public interface ITranscodeQueue
{
    /// <summary>
    /// Jobs that wait, those whose retry is not due yet included. For a gauge: must return at once and may be some seconds old.
    /// </summary>
    int Depth { get; }

    /// <summary>Takes the next job that is due, or returns null at once when there is none.</summary>
    ValueTask<LeasedJob?> LeaseAsync(string workerId, TimeSpan leaseTime, CancellationToken cancellationToken);

    /// <summary>
    /// Returns when <see cref="LeaseAsync"/> may have something (at once if it already has), or after <paramref name="atMost"/>.
    /// May return for nothing; must not miss a job that was submitted before or during the call.
    /// </summary>
    ValueTask WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>The heartbeat: the lease now ends <paramref name="leaseTime"/> from now.</summary>
    ValueTask<LeaseState> RenewAsync(LeasedJob lease, TimeSpan leaseTime, CancellationToken cancellationToken);

    ValueTask<LeaseState> CompleteAsync(LeasedJob lease, JobResult result, CancellationToken cancellationToken);

    /// <param name="lease">The lease that ends.</param>
    /// <param name="error">Why the attempt failed.</param>
    /// <param name="retryAfter">When set, the job waits this long and is then due again (not before its turn); null ends it.</param>
    /// <param name="cancellationToken">Gives up the call, not the job.</param>
    ValueTask<LeaseState> FailAsync(LeasedJob lease, JobError error, TimeSpan? retryAfter, CancellationToken cancellationToken);

    /// <summary>The worker has stopped because the user asked; ends the job. Accepted with or without a recorded request.</summary>
    ValueTask<LeaseState> CancelAsync(LeasedJob lease, CancellationToken cancellationToken);

    /// <summary>Hands the job back untouched (shutdown): due at once, in its old place, and the attempt is not counted.</summary>
    ValueTask<LeaseState> ReleaseAsync(LeasedJob lease, CancellationToken cancellationToken);
}
