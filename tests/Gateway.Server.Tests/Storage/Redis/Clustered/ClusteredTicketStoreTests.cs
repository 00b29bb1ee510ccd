namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredTicketStoreTests(SharedRedisCluster redis) : RedisTicketStoreContract(redis.Configuration);
