using Gateway.Server.Cluster;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>The leases of shards in Redis, by its clock. A shard's lease has the hash tag of its histories, whose writes check it in the same script.</summary>
internal sealed class RedisLeases(RedisConnection redis) : ILeases
{
    public async ValueTask<LeaseAnswer> AcquireAsync(int shard, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Check(shard, holder, duration);
        var answer = await AskAsync(RedisScript.Acquire, shard, [holder, (long)duration.TotalMilliseconds], cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return LeaseAnswer.Unavailable;
        }

        var values = (RedisResult[])answer!;
        return (long)values[0] == 1 ? LeaseAnswer.Granted((long)values[1], holder, duration, (long)values[4]) : Held(values);
    }

    public async ValueTask<LeaseStatus[]> RenewAsync(string holder, IReadOnlyList<ShardEpoch> leases, TimeSpan duration, CancellationToken cancellationToken)
    {
        foreach (var lease in leases)
        {
            Check(lease.Shard, holder, duration);
        }

        // One call each, because shards may live on different servers; pipelined they are one round trip.
        var answers = await Task.WhenAll(leases.Select(
            lease => AskAsync(RedisScript.Renew, lease.Shard, [holder, lease.Epoch, (long)duration.TotalMilliseconds], cancellationToken))).ConfigureAwait(false);
        return Array.ConvertAll(answers, static answer => answer is null ? LeaseStatus.Unavailable : (long)answer == 1 ? LeaseStatus.Granted : LeaseStatus.Lost);
    }

    public async ValueTask<LeaseStatus> ReleaseAsync(string holder, ShardEpoch lease, CancellationToken cancellationToken)
    {
        Check(lease.Shard, holder, TimeSpan.FromMilliseconds(1));
        var answer = await AskAsync(RedisScript.Release, lease.Shard, [holder, lease.Epoch], cancellationToken).ConfigureAwait(false);
        return answer is null ? LeaseStatus.Unavailable : (long)answer == 1 ? LeaseStatus.Free : LeaseStatus.Lost;
    }

    public async ValueTask<LeaseAnswer> ReadAsync(int shard, CancellationToken cancellationToken)
    {
        Check(shard, "reader", TimeSpan.FromMilliseconds(1));
        var answer = await AskAsync(RedisScript.Lease, shard, [], cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return LeaseAnswer.Unavailable;
        }

        var values = (RedisResult[])answer!;
        return (long)values[0] == 1 ? Held(values) : LeaseAnswer.Free((long)values[1]);
    }

    private static LeaseAnswer Held(RedisResult[] values) => LeaseAnswer.Held((long)values[1], (string)values[2]!, TimeSpan.FromMilliseconds((long)values[3]));

    private async Task<RedisResult?> AskAsync(RedisScript script, int shard, RedisValue[] values, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await redis.EvaluateAsync(script, [redis.Keys.Lease(shard)], values, redis.Options.OperationTimeout).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.Result;
    }

    private static void Check(int shard, string holder, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ILeases.ShardCount);
        ArgumentException.ThrowIfNullOrEmpty(holder);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.FromMilliseconds(1));
    }
}
