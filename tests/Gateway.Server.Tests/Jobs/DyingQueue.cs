using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;

namespace Gateway.Server.Tests.Jobs;

/// <summary>A queue that a dead process can no longer reach.</summary>
internal sealed class DyingQueue(ITranscodeQueue queue) : ITranscodeQueue
{
    private volatile bool _isDead;

    public int Depth => queue.Depth;

    public void Die() => _isDead = true;

    public ValueTask<LeasedJob?> LeaseAsync(string workerId, TimeSpan leaseTime, CancellationToken cancellationToken) =>
        Alive().LeaseAsync(workerId, leaseTime, cancellationToken);

    public ValueTask WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => Alive().WaitForWorkAsync(atMost, cancellationToken);

    public ValueTask<LeaseState> RenewAsync(LeasedJob lease, TimeSpan leaseTime, CancellationToken cancellationToken) => Alive().RenewAsync(lease, leaseTime, cancellationToken);

    public ValueTask<LeaseState> CompleteAsync(LeasedJob lease, JobResult result, CancellationToken cancellationToken) => Alive().CompleteAsync(lease, result, cancellationToken);

    public ValueTask<LeaseState> FailAsync(LeasedJob lease, JobError error, TimeSpan? retryAfter, CancellationToken cancellationToken) =>
        Alive().FailAsync(lease, error, retryAfter, cancellationToken);

    public ValueTask<LeaseState> CancelAsync(LeasedJob lease, CancellationToken cancellationToken) => Alive().CancelAsync(lease, cancellationToken);

    public ValueTask<LeaseState> ReleaseAsync(LeasedJob lease, CancellationToken cancellationToken) => Alive().ReleaseAsync(lease, cancellationToken);

    private ITranscodeQueue Alive() => _isDead ? throw new IOException("This process is dead.") : queue;
}
