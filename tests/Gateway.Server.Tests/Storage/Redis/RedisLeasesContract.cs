using Gateway.Cluster.Tests.Leases;
using Gateway.Server.Cluster;
using Gateway.Server.Storage.Redis;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The contract over any Redis.</summary>
public abstract class RedisLeasesContract(string configuration) : LeasesContract, IAsyncDisposable
{
    private readonly TestRedis _redis = new(configuration);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    private protected override ValueTask<ILeases> CreateAsync() => new(new RedisLeases(_redis.Connection));

    private protected override async ValueTask WaitForEndAsync(ILeases leases, int shard)
    {
        while ((await leases.ReadAsync(shard, Stop)).Status == LeaseStatus.Held)
        {
            // Its clock goes by itself.
        }
    }
}
