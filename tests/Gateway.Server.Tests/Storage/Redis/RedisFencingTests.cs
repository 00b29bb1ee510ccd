namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisFencingTests(SharedRedis redis) : RedisFencingContract(redis.Server.Configuration), IClassFixture<SharedRedis>;
