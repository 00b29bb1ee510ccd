using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Queues;

/// <summary>
/// The twin without a server or a file: what it holds is gone with the process, and a job that has ended is forgotten at once.
/// Bounded: a full queue refuses.
/// </summary>
/// <remarks>All state under one lock. A lease walks the jobs in order: with the bound at 10,000 that is some tens of microseconds.</remarks>
public sealed class InMemoryTranscodeQueue : ITranscodeQueue
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, QueuedJob> _line = [];
    private readonly Dictionary<string, QueuedJob> _byId = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly int _maxJobs;
    private TaskCompletionSource _changed = NewSignal();
    private long _nextSequence;

    /// <param name="time">The clock of leases and retries.</param>
    /// <param name="maxJobs">Jobs held at once, running ones included. Default 10,000: at a few hundred bytes each.</param>
    public InMemoryTranscodeQueue(TimeProvider? time = null, int maxJobs = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxJobs, 1);
        _time = time ?? TimeProvider.System;
        _maxJobs = maxJobs;
    }

    public int Depth
    {
        get
        {
            lock (_lock)
                return _line.Values.Count(static entry => entry.Lease is null);
        }
    }

    /// <summary>Puts a job at the end of the line. False when the queue is full or already holds a job of that id.</summary>
    public bool TryEnqueue(TranscodeJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_lock)
        {
            if (_byId.Count >= _maxJobs)
                return false;

            var entry = new QueuedJob(job, _nextSequence);
            if (!_byId.TryAdd(job.Id, entry))
                return false;

            _line.Add(_nextSequence++, entry);
            Signal();
            return true;
        }
    }

    /// <summary>A user wants the job gone.</summary>
    public CancelRequest RequestCancel(string jobId)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(jobId, out var entry))
                return CancelRequest.NotFound;

            if (entry.Lease is null)
            {
                Remove(entry);
                return CancelRequest.Removed;
            }

            entry.CancelRequested = true;
            return CancelRequest.Signalled;
        }
    }

    public ValueTask<LeasedJob?> LeaseAsync(string workerId, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var entry = _line.Values.FirstOrDefault(candidate => candidate.IsAvailable(now));
            if (entry is null)
                return new((LeasedJob?)null);

            entry.AttemptsBegun++;
            entry.Lease = new LeasedJob(
                Guid.NewGuid().ToString("N"), entry.Job with { Attempt = entry.AttemptsBegun }, workerId, now + leaseTime, entry.CancelRequested);
            return new(entry.Lease);
        }
    }

    public async ValueTask WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task changed;
        TimeSpan wait;
        lock (_lock)
        {
            wait = UntilNextIsAvailable(atMost);
            if (wait <= TimeSpan.Zero)
                return;

            changed = _changed.Task;
        }

        try
        {
            await changed.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time is up, or a retry or the end of a lease is due: the caller looks.
        }
    }

    public ValueTask<LeaseState> RenewAsync(LeasedJob lease, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(lease) is not { } entry)
                return new(LeaseState.Lost);

            entry.Lease = entry.Lease! with { ExpiresAt = _time.GetUtcNow() + leaseTime };
            return new(entry.CancelRequested ? LeaseState.CancelRequested : LeaseState.Held);
        }
    }

    public ValueTask<LeaseState> CompleteAsync(LeasedJob lease, JobResult result, CancellationToken cancellationToken) =>
        new(Settle(lease, Remove));

    public ValueTask<LeaseState> FailAsync(LeasedJob lease, JobError error, TimeSpan? retryAfter, CancellationToken cancellationToken) =>
        new(Settle(lease, entry =>
        {
            if (retryAfter is not { } delay)
            {
                Remove(entry);
                return;
            }

            entry.DueAt = _time.GetUtcNow() + delay;
            PutBack(entry);
        }));

    public ValueTask<LeaseState> ReleaseAsync(LeasedJob lease, CancellationToken cancellationToken) =>
        new(Settle(lease, entry =>
        {
            entry.AttemptsBegun--;
            PutBack(entry);
        }));

    public ValueTask<LeaseState> CancelAsync(LeasedJob lease, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(lease) is not { } entry)
                return new(LeaseState.Lost);

            Remove(entry);
            return new(LeaseState.Held);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LeaseState Settle(LeasedJob lease, Action<QueuedJob> settle)
    {
        lock (_lock)
        {
            if (Find(lease) is not { } entry)
                return LeaseState.Lost;

            if (entry.CancelRequested)
                return LeaseState.CancelRequested;

            settle(entry);
            return LeaseState.Held;
        }
    }

    private QueuedJob? Find(LeasedJob lease) =>
        _byId.TryGetValue(lease.Job.Id, out var entry)
        && string.Equals(entry.Lease?.LeaseId, lease.LeaseId, StringComparison.Ordinal)
        && entry.Lease!.ExpiresAt > _time.GetUtcNow()
            ? entry
            : null;

    private void PutBack(QueuedJob entry)
    {
        entry.Lease = null;
        Signal();
    }

    private void Remove(QueuedJob entry)
    {
        _line.Remove(entry.Sequence);
        _byId.Remove(entry.Job.Id);
    }

    /// <summary>Wakes every waiting worker: cheap for the handful there are, and none can miss it.</summary>
    private void Signal()
    {
        var waiting = _changed;
        _changed = NewSignal();
        waiting.SetResult();
    }

    private TimeSpan UntilNextIsAvailable(TimeSpan atMost)
    {
        var now = _time.GetUtcNow();
        foreach (var entry in _line.Values)
        {
            var wait = (entry.Lease?.ExpiresAt ?? entry.DueAt) - now;
            if (wait < atMost)
                atMost = wait;
        }

        return atMost;
    }
}
