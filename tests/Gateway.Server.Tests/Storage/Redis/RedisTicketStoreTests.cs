namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisTicketStoreTests(SharedRedis redis) : RedisTicketStoreContract(redis.Server.Configuration), IClassFixture<SharedRedis>;
