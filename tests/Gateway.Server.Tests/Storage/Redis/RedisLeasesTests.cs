using Gateway.Server.Cluster;
using Gateway.Server.Storage.Redis;

namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisLeasesTests(SharedRedis redis) : RedisLeasesContract(redis.Server.Configuration), IClassFixture<SharedRedis>
{
    [Fact]
    public async Task Answers_unavailable_while_the_server_is_frozen()
    {
        await using var server = await Gateway.Testing.RedisServerProcess.StartAsync([], Stop);
        await using var connection = new TestRedis(server, configure: static options => options.OperationTimeout = TimeSpan.FromMilliseconds(200));
        var leases = new RedisLeases(connection.Connection);
        var granted = await leases.AcquireAsync(7, "a/1", TimeSpan.FromMinutes(1), Stop);
        await server.PauseAsync();
        Assert.Equal(LeaseAnswer.Unavailable, await leases.AcquireAsync(7, "b/1", TimeSpan.FromMinutes(1), Stop));
        Assert.Equal([LeaseStatus.Unavailable], await leases.RenewAsync("a/1", [new ShardEpoch(7, granted.Epoch)], TimeSpan.FromMinutes(1), Stop));
        await server.ResumeAsync();
        while ((await leases.RenewAsync("a/1", [new ShardEpoch(7, granted.Epoch)], TimeSpan.FromMinutes(1), Stop))[0] == LeaseStatus.Unavailable)
        {
            // It is coming back.
        }

        Assert.Equal("a/1", (await leases.ReadAsync(7, Stop)).Holder);
    }
}
