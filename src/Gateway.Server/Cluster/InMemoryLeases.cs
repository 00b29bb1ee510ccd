namespace Gateway.Server.Cluster;

/// <summary>The leases of nodes that live in one process. Twin of those in Redis; keeps all promises of <see cref="ILeases"/>. Safe from any thread.</summary>
internal sealed class InMemoryLeases(TimeProvider time) : ILeases
{
    private readonly Lock _lock = new();
    private readonly Entry[] _entries = new Entry[ILeases.ShardCount];

    public ValueTask<LeaseAnswer> AcquireAsync(int shard, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Check(shard, holder, duration);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ref var entry = ref _entries[shard];
            var now = Now;
            if (entry.IsHeldAt(now) && entry.Holder != holder)
                return new(entry.ToAnswer(now));
            var previous = entry.Epoch;
            entry = new Entry(Math.Max(previous + 1, now), holder, now + Milliseconds(duration));
            return new(LeaseAnswer.Granted(entry.Epoch, holder, duration, previous));
        }
    }

    public ValueTask<LeaseStatus[]> RenewAsync(string holder, IReadOnlyList<ShardEpoch> leases, TimeSpan duration, CancellationToken cancellationToken)
    {
        foreach (var lease in leases)
            Check(lease.Shard, holder, duration);
        cancellationToken.ThrowIfCancellationRequested();
        var statuses = new LeaseStatus[leases.Count];
        lock (_lock)
        {
            var now = Now;
            for (var i = 0; i < statuses.Length; i++)
            {
                ref var entry = ref _entries[leases[i].Shard];
                if (IsInForce(entry, holder, leases[i].Epoch, now))
                {
                    entry = entry with { ExpiresAt = now + Milliseconds(duration) };
                    statuses[i] = LeaseStatus.Granted;
                }
                else
                {
                    statuses[i] = LeaseStatus.Lost;
                }
            }
        }

        return new(statuses);
    }

    public ValueTask<LeaseStatus> ReleaseAsync(string holder, ShardEpoch lease, CancellationToken cancellationToken)
    {
        Check(lease.Shard, holder, TimeSpan.FromMilliseconds(1));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ref var entry = ref _entries[lease.Shard];
            if (!IsInForce(entry, holder, lease.Epoch, Now))
                return new(LeaseStatus.Lost);
            entry = new Entry(entry.Epoch, null, 0);
            return new(LeaseStatus.Free);
        }
    }

    public ValueTask<LeaseAnswer> ReadAsync(int shard, CancellationToken cancellationToken)
    {
        Check(shard, "reader", TimeSpan.FromMilliseconds(1));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return new(_entries[shard].ToAnswer(Now));
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;

    private static bool IsInForce(in Entry entry, string holder, long epoch, long now) => entry.IsHeldAt(now) && entry.Holder == holder && entry.Epoch == epoch;

    private static void Check(int shard, string holder, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ILeases.ShardCount);
        ArgumentException.ThrowIfNullOrEmpty(holder);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.FromMilliseconds(1));
    }

    /// <summary>A shard's last lease. <c>default</c> is a shard that nobody has ever held.</summary>
    private readonly record struct Entry(long Epoch, string? Holder, long ExpiresAt)
    {
        public bool IsHeldAt(long now) => Holder is not null && now < ExpiresAt;

        public LeaseAnswer ToAnswer(long now) =>
            IsHeldAt(now) ? LeaseAnswer.Held(Epoch, Holder!, TimeSpan.FromMilliseconds(ExpiresAt - now)) : LeaseAnswer.Free(Epoch);
    }
}
