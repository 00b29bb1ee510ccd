using System.Globalization;
using Gateway.LoadTest.Reports;
using Gateway.Testing;

namespace Gateway.LoadTest.Servers;

/// <summary>What makes gateways one cluster: a real nats-server and a real redis-server for the run, both from Debian, on free ports.</summary>
/// <remarks>Redis keeps an append-only file, written every second, as one would have it for histories that must survive its restart.</remarks>
internal sealed class ClusterServices : IAsyncDisposable
{
    private const int ShardCount = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly NatsServerProcess _nats;
    private readonly RedisServerProcess _redis;

    private ClusterServices(NatsServerProcess nats, RedisServerProcess redis) => (_nats, _redis) = (nats, redis);

    /// <exception cref="LoadTestException">One of the two is not installed, or did not start.</exception>
    public static async Task<ClusterServices> StartAsync(CancellationToken cancellationToken)
    {
        NatsServerProcess? nats = null;
        try
        {
            nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), cancellationToken);
            return new ClusterServices(nats, await RedisServerProcess.StartAsync(["--appendonly", "yes", "--appendfsync", "everysec"], cancellationToken));
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            if (nats is not null)
                await nats.DisposeAsync();
            throw new LoadTestException(ExitCode.RunFailed, $"--cluster needs nats-server and redis-server (apt-get install nats-server redis-server): {exception.Message}", exception);
        }
    }

    /// <summary>The settings that make a gateway a member.</summary>
    public IReadOnlyList<string> SettingsOf(int gateway) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"Gateway:Name=load{gateway}"), $"Gateway:Nats:Url={_nats.Url}", $"Gateway:Redis:Configuration={_redis.Configuration}",
    ];

    /// <summary>Waits until every shard has an owner, and every gateway owns some.</summary>
    public static async Task WaitUntilFormedAsync(IReadOnlyList<Uri> gateways, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            while (true)
            {
                var owned = new List<double>();
                foreach (var gateway in gateways)
                    owned.Add(await ServerMetrics.SumAsync(gateway, "gateway_cluster_shards_owned", "", limit.Token));
                if (Math.Abs(owned.Sum() - ShardCount) < 0.5 && owned.TrueForAll(static count => count > 0))
                    return;
                await Task.Delay(LookInterval, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LoadTestException(ExitCode.RunFailed, $"The gateways did not form a cluster within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <summary>What the cluster did for the run, from its start on.</summary>
    public static async Task<IReadOnlyList<Figure>> FiguresAsync(IReadOnlyList<Uri> gateways, CancellationToken cancellationToken)
    {
        double appends = 0, stored = 0, holes = 0, forwarded = 0, forwardSeconds = 0;
        foreach (var gateway in gateways)
        {
            appends += await ServerMetrics.SumAsync(gateway, "gateway_redis_calls_total", "operation=\"append\"", cancellationToken);
            stored += await ServerMetrics.SumAsync(gateway, "gateway_redis_messages_total", "", cancellationToken);
            holes += await ServerMetrics.SumAsync(gateway, "gateway_relay_holes_total", "", cancellationToken);
            forwarded += await ServerMetrics.SumAsync(gateway, "gateway_relay_forward_duration_seconds_count", "", cancellationToken);
            forwardSeconds += await ServerMetrics.SumAsync(gateway, "gateway_relay_forward_duration_seconds_sum", "", cancellationToken);
        }

        var figures = new List<Figure> { new("publishes forwarded to another node", forwarded, ""), new("holes filled", holes, "") };
        if (forwarded > 0)
            figures.Add(new Figure("mean time of a forward", forwardSeconds / forwarded, "s"));
        if (stored > 0)
            figures.Add(new Figure("Redis round trips per 1,000 durable messages", appends / stored * 1000, ""));
        return figures;
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _nats.DisposeAsync();
    }
}
