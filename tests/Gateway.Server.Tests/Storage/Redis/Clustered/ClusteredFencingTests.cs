namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredFencingTests(SharedRedisCluster redis) : RedisFencingContract(redis.Configuration);
