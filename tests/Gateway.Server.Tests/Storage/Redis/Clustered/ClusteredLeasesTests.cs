namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredLeasesTests(SharedRedisCluster redis) : RedisLeasesContract(redis.Configuration);
