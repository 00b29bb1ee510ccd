namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisTicketTests(SharedRedis redis) : RedisTicketContract(redis.Server.Configuration), IClassFixture<SharedRedis>;
