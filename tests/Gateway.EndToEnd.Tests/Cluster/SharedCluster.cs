namespace Gateway.EndToEnd.Tests.Cluster;

/// <summary>One cluster for all tests of a class that change nothing for each other.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    internal ThreeNodes Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await ThreeNodes.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
