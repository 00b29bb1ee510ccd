using Gateway.Server.Accounts.Revocations;
using Gateway.Testing;

namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisRevocationsTests(SharedRedis redis) : RedisRevocationsContract(redis.Server.Configuration), IClassFixture<SharedRedis>
{
    [Fact]
    public async Task A_node_that_was_cut_off_is_told_when_it_is_back()
    {
        // What was told while the channel was cut is in the list alone.
        await using var server = await RedisServerProcess.StartAsync(["--appendonly", "yes", "--appendfsync", "always"], Stop);
        await using var cut = new TestRedis(server, "p");
        var revocations = Create(cut);
        await revocations.StartAsync(Stop);
        var told = Next(revocations);
        await cut.Connection.CallAsync(
            "test", static database => database.ExecuteAsync("ZADD", "{p:revoked}:late", "1800000000000", "t:late"), TimeSpan.FromSeconds(10));
        Assert.False(told.IsCompleted);
        await server.RestartAsync(Stop);
        Assert.Equal(Revocation.OfToken("late"), await told.WaitAsync(TimeSpan.FromSeconds(20), Stop));
    }

    [Fact]
    public async Task Without_an_answer_nothing_is_said_to_be_good()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        await using var connection = new TestRedis(server, configure: static options => options.OperationTimeout = TimeSpan.FromMilliseconds(200));
        var revocations = Create(connection);
        Assert.Equal(RevocationStatus.Ok, await revocations.CheckAsync(Of("ann", "t1", Noon), Stop));
        await server.PauseAsync();
        Assert.Equal(RevocationStatus.Unavailable, await revocations.CheckAsync(Of("ann", "t1", Noon), Stop));
        Assert.Equal(RevocationStatus.Unavailable, await revocations.RevokeAsync(Revocation.OfToken("t1"), Stop));
        await server.ResumeAsync();
    }
}
