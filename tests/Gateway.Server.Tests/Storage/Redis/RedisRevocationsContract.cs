using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Storage.Redis;
using Gateway.Server.Tests.Accounts.Revocations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The contract over any Redis, and that nodes hear of each other's.</summary>
public abstract class RedisRevocationsContract : RevocationsContract, IAsyncDisposable
{
    private readonly string _configuration;
    private readonly TestRedis _redis;
    private readonly RedisRevocations _store;

    private protected RedisRevocationsContract(string configuration)
    {
        _configuration = configuration;
        _redis = new TestRedis(configuration);
        _store = Create(_redis);
    }

    private protected override IRevocations Store => _store;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    [Fact]
    public async Task Another_node_is_told()
    {
        await using var other = new TestRedis(_configuration, _redis.Connection.Options.KeyPrefix);
        var revocations = Create(other);
        await revocations.StartAsync(Stop);
        var told = Next(revocations);
        await _store.RevokeAsync(Revocation.OfUser("ann", Noon), Stop);
        Assert.Equal(Revocation.OfUser("ann", Noon), await told.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        Assert.Equal(RevocationStatus.Revoked, await revocations.CheckAsync(Of("ann", "t1", Noon), Stop));
        await revocations.StopAsync(Stop);
    }

    private protected static Task<Revocation> Next(RedisRevocations revocations)
    {
        var told = new TaskCompletionSource<Revocation>(TaskCreationOptions.RunContinuationsAsynchronously);
        revocations.Revoked += revocation => told.TrySetResult(revocation);
        return told.Task;
    }

    internal static RedisRevocations Create(TestRedis redis) =>
        new(redis.Connection, Options.Create(new AccountsOptions()), NullLogger<RedisRevocations>.Instance);
}
