namespace Gateway.Server.Tests.Storage.Redis;

public sealed class AppendScriptTests(SharedRedis redis) : AppendScriptContract(redis.Server.Configuration), IClassFixture<SharedRedis>;
