using Gateway.Server.Operations.Health;

namespace Gateway.Server.Storage.Redis;

/// <summary>Not ready when no part of Redis has answered for a while: no durable message can be taken without it. While a part answers, its rooms go on.</summary>
internal sealed class RedisReadiness(RedisConnection redis) : IReadinessCheck
{
    // Of 256 shards: of a Redis Cluster of a few masters each has some of them.
    private const int AskedShards = 8;

    public string Name => "redis";

    public TimeSpan Grace => redis.Options.ReadinessGrace;

    public async ValueTask<ReadinessResult> CheckAsync(CancellationToken cancellationToken)
    {
        // With a key, because a Redis Cluster that has lost slots still answers a PING.
        var answers = await Task.WhenAll(Enumerable.Range(0, AskedShards).Select(shard => redis.ExecuteAsync("ping", "EXISTS", redis.Keys.Lease(shard))))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        var missing = answers.Where(static answer => !answer.IsAnswered).ToArray();
        return missing.Length switch
        {
            0 => ReadinessResult.Ready("Redis answers"),
            AskedShards => ReadinessResult.NotReady("Redis does not answer: " + missing[0].Reason),
            _ => ReadinessResult.Ready("A part of Redis does not answer: " + missing[0].Reason),
        };
    }
}
