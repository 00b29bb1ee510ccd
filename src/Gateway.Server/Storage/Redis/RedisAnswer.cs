using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>An answer of Redis, or why there is none.</summary>
/// <param name="Result">The answer.</param>
/// <param name="Failure">What is known without one.</param>
/// <param name="Reason">The same for people.</param>
internal readonly record struct RedisAnswer(RedisResult? Result, RedisFailure Failure, string Reason)
{
    public bool IsAnswered => Result is not null;
}
