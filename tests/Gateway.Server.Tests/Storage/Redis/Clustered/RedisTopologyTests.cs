using Gateway.Server.Storage.Redis;
using Gateway.Testing;
using StackExchange.Redis;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class RedisTopologyTests(SharedRedisCluster redis)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(",defaultDatabase=0")]
    public async Task FaultOf_cluster_isNone(string option) => Assert.Null(await FaultOfAsync(redis.Configuration + option));

    [Fact]
    public async Task FaultOf_clusterWithAnotherDatabase_saysWhatToDo() =>
        Assert.Contains("database 0 only", await FaultOfAsync(redis.Configuration + ",defaultDatabase=3"), StringComparison.Ordinal);

    [Fact]
    public async Task FaultOf_singleServerWithAnotherDatabase_isNone()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        Assert.Null(await FaultOfAsync(server.Configuration + ",defaultDatabase=3"));
    }

    private static async Task<string?> FaultOfAsync(string text)
    {
        var configuration = RedisConnection.TryParse(text)!;
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        return RedisTopology.FaultOf(multiplexer, configuration);
    }
}
