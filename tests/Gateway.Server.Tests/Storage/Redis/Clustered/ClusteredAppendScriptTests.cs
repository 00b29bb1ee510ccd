namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredAppendScriptTests(SharedRedisCluster redis) : AppendScriptContract(redis.Configuration);
