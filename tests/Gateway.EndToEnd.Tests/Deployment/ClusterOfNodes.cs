using Gateway.EndToEnd.Tests.Support;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>Real nodes with a nats-server and a redis-server of their own, which share their users as in compose.yaml.</summary>
internal sealed class ClusterOfNodes : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-accounts-");
    private readonly List<GatewayProcess> _nodes = [];
    private NatsServerProcess? _nats;
    private RedisServerProcess? _redis;

    public IReadOnlyList<GatewayProcess> Nodes => _nodes;

    public RedisServerProcess Redis => _redis ?? throw new InvalidOperationException("It is not started.");

    /// <summary>Starts nodes named <c>gateway1</c>, <c>gateway2</c> … and waits until each has its place in the cluster.</summary>
    public static async Task<ClusterOfNodes> StartAsync(int count, CancellationToken cancellationToken, params IReadOnlyList<string> settings)
    {
        var cluster = new ClusterOfNodes();
        try
        {
            cluster._nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), cancellationToken);
            cluster._redis = await RedisServerProcess.StartAsync([], cancellationToken);
            IEnumerable<Task<GatewayProcess>> starting = [.. Enumerable.Range(1, count).Select(number => GatewayProcess.StartAsync(
                cancellationToken,
                [
                    $"--Gateway:Name=gateway{number}", $"--Gateway:Nats:Url={cluster._nats.Url}", $"--Gateway:Redis:Configuration={cluster._redis.Configuration}",
                    "--Gateway:Accounts:SigningKey=" + Tokens.SigningKey, $"--Gateway:Accounts:Database={Path.Combine(cluster._folder.FullName, "accounts.db")}",
                    .. settings,
                ]))];
            foreach (var node in starting)
                cluster._nodes.Add(await node);
            foreach (var node in cluster._nodes)
                await WaitUntilReadyAsync(node, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask()));
        if (_nats is not null)
            await _nats.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task WaitUntilReadyAsync(GatewayProcess node, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = node.Address };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            // The readiness check tolerates a node that joins; its place in the ring is what the sentence tells.
            var report = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            if ((await report.Content.ReadAsStringAsync(cancellationToken)).Contains("a member of", StringComparison.Ordinal))
                return;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
