using Gateway.Server.Operations.Health;

namespace Gateway.Server.Storage.Redis;

/// <summary>Not ready when Redis has not answered for a while: no durable message can be taken without it.</summary>
internal sealed class RedisReadiness(RedisConnection redis) : IReadinessCheck
{
    public string Name => "redis";

    public TimeSpan Grace => redis.Options.ReadinessGrace;

    public async ValueTask<ReadinessResult> CheckAsync(CancellationToken cancellationToken)
    {
        var answer = await redis.CallAsync("ping", static database => database.ExecuteAsync("PING"), redis.Options.OperationTimeout).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsAnswered ? ReadinessResult.Ready("Redis answers") : ReadinessResult.NotReady("Redis does not answer");
    }
}
