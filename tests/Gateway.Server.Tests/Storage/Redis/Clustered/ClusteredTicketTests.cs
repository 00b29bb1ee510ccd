namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredTicketTests(SharedRedisCluster redis) : RedisTicketContract(redis.Configuration);
