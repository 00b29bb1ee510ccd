using Gateway.Testing;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

/// <summary>
/// A Redis Cluster with replicas, whose servers are killed and frozen by one test after the other. What they have written they still have when they come back, and slots
/// that have no master take no others down.
/// </summary>
public sealed class FaultyRedisCluster : IAsyncLifetime
{
    private RedisCluster? _cluster;

    public RedisCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await RedisCluster.StartAsync(
        replicas: true, ["--appendonly", "yes", "--cluster-require-full-coverage", "no"], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? default;
}
