namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredRevocationsTests(SharedRedisCluster redis) : RedisRevocationsContract(redis.Configuration);
