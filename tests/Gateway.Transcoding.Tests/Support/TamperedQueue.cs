using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;

namespace Gateway.Transcoding.Tests.Support;

/// <summary>A queue whose link to the worker misbehaves as a test says; everything else is the real one's.</summary>
internal sealed class TamperedQueue(ITranscodeQueue queue) : ITranscodeQueue
{
    public Func<ValueTask<LeaseState>>? OnRenew { get; set; }

    public Func<LeasedJob, Task>? BeforeComplete { get; set; }

    public Func<LeaseState, LeaseState>? AfterComplete { get; set; }

    public Func<Exception?>? OnLease { get; set; }

    public int Depth => queue.Depth;

    public ValueTask<LeasedJob?> LeaseAsync(string workerId, TimeSpan leaseTime, CancellationToken cancellationToken) =>
        OnLease?.Invoke() is { } error ? throw error : queue.LeaseAsync(workerId, leaseTime, cancellationToken);

    public ValueTask WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => queue.WaitForWorkAsync(atMost, cancellationToken);

    public ValueTask<LeaseState> RenewAsync(LeasedJob lease, TimeSpan leaseTime, CancellationToken cancellationToken) =>
        OnRenew?.Invoke() ?? queue.RenewAsync(lease, leaseTime, cancellationToken);

    public async ValueTask<LeaseState> CompleteAsync(LeasedJob lease, JobResult result, CancellationToken cancellationToken)
    {
        if (BeforeComplete is not null)
            await BeforeComplete(lease);

        var state = await queue.CompleteAsync(lease, result, cancellationToken);
        return AfterComplete?.Invoke(state) ?? state;
    }

    public ValueTask<LeaseState> FailAsync(LeasedJob lease, JobError error, TimeSpan? retryAfter, CancellationToken cancellationToken) =>
        queue.FailAsync(lease, error, retryAfter, cancellationToken);

    public ValueTask<LeaseState> CancelAsync(LeasedJob lease, CancellationToken cancellationToken) => queue.CancelAsync(lease, cancellationToken);

    public ValueTask<LeaseState> ReleaseAsync(LeasedJob lease, CancellationToken cancellationToken) => queue.ReleaseAsync(lease, cancellationToken);
}
