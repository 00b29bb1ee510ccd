using System.Diagnostics.Metrics;
using Gateway.Nats;
using Gateway.Server.Cluster;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Cluster.Tests.Nats;

/// <summary>A node as the host runs it, with a connection of its own to a real nats-server, in this process.</summary>
internal sealed class NatsClusterNode : IHostApplicationLifetime, IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _stopping = new();
    private readonly NodeLifecycle _lifecycle = new();

    public NatsClusterNode(string url, string name, ILeases leases, ClusterOptions options)
    {
        _connection = new NatsConnection(new NatsOptions { Servers = [url], Name = name, Reconnect = new NatsReconnectOptions { RetryFirstConnect = true, MaxDelay = TimeSpan.FromMilliseconds(200) } });
        var log = new ClusterLog(NullLogger<ClusterLog>.Instance);
        var metrics = new ClusterMetrics(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System, log);
        Node = new ClusterNode(
            ClusterSelf.Begin(name, TimeProvider.System), _connection, leases, new UnattendedShards(), metrics, Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, log, this,
            _lifecycle, Microsoft.Extensions.Options.Options.Create(new NodeOptions { PublicUrl = $"ws://{name}/ws" }));
    }

    public ClusterNode Node { get; }

    public CancellationToken ApplicationStarted => default;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => default;

    public int Owned => Enumerable.Range(0, ILeases.ShardCount).Count(shard => Node.Map[shard].Own is { } lease && lease.IsInForce(TimeProvider.System.GetTimestamp()));

    public static async Task<NatsClusterNode> StartAsync(string url, string name, ILeases leases, ClusterOptions options)
    {
        var node = new NatsClusterNode(url, name, leases, options);
        await node._connection.ConnectAsync(TestContext.Current.CancellationToken);
        await node.Node.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    public void StopApplication() => _stopping.Cancel();

    /// <summary>As if its cable were pulled.</summary>
    public ValueTask CutAsync() => _connection.DisposeAsync();

    public Task StopAsync() => Node.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await _connection.DisposeAsync();
        await _services.DisposeAsync();
        _stopping.Dispose();
        _lifecycle.Dispose();
    }
}
