using Gateway.Testing;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

/// <summary>One Redis Cluster for the tests that do not hurt it; each takes a key prefix of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedRedisCluster : IAsyncLifetime, ICollectionFixture<SharedRedisCluster>
{
    public const string Name = "Redis Cluster";

    private RedisCluster? _cluster;

    public RedisCluster Cluster => _cluster!;

    public string Configuration => Cluster.Configuration;

    public async ValueTask InitializeAsync() => _cluster = await RedisCluster.StartAsync(replicas: false, [], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? default;
}
