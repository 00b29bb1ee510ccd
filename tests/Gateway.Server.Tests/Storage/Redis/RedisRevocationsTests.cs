using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Storage.Redis;
using Gateway.Server.Tests.Accounts.Revocations;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisRevocationsTests : RevocationsContract, IClassFixture<SharedRedis>, IAsyncDisposable
{
    private readonly TestRedis _redis;
    private readonly RedisRevocations _store;

    public RedisRevocationsTests(SharedRedis redis)
    {
        _redis = new TestRedis(redis.Server);
        _store = Create(_redis);
    }

    private protected override IRevocations Store => _store;

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Another_node_is_told()
    {
        await using var other = new TestRedis(_redis.Server, _redis.Connection.Options.KeyPrefix);
        var revocations = Create(other);
        await revocations.StartAsync(Stop);
        var told = Next(revocations);
        await _store.RevokeAsync(Revocation.OfUser("ann", Noon), Stop);
        Assert.Equal(Revocation.OfUser("ann", Noon), await told.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        Assert.Equal(RevocationStatus.Revoked, await revocations.CheckAsync(Of("ann", "t1", Noon), Stop));
    }

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
        await using var redis = new TestRedis(server, configure: static options => options.OperationTimeout = TimeSpan.FromMilliseconds(200));
        var revocations = Create(redis);
        Assert.Equal(RevocationStatus.Ok, await revocations.CheckAsync(Of("ann", "t1", Noon), Stop));
        await server.PauseAsync();
        Assert.Equal(RevocationStatus.Unavailable, await revocations.CheckAsync(Of("ann", "t1", Noon), Stop));
        Assert.Equal(RevocationStatus.Unavailable, await revocations.RevokeAsync(Revocation.OfToken("t1"), Stop));
        await server.ResumeAsync();
    }

    private static Task<Revocation> Next(RedisRevocations revocations)
    {
        var told = new TaskCompletionSource<Revocation>(TaskCreationOptions.RunContinuationsAsynchronously);
        revocations.Revoked += revocation => told.TrySetResult(revocation);
        return told.Task;
    }

    private static RedisRevocations Create(TestRedis redis) => new(redis.Connection, Options.Create(new AccountsOptions()), TimeProvider.System, NullLogger<RedisRevocations>.Instance);
}
