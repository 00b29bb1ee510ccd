using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>An answer of Redis, or why there is none.</summary>
internal readonly record struct RedisAnswer(RedisResult? Result, RedisFailure Failure)
{
    public bool IsAnswered => Result is not null;
}
