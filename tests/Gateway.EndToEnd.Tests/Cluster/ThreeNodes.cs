using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Backends;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Nats;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Cluster;

/// <summary>Three real nodes of one cluster with a real nats-server and a real redis-server (or the test's own Redis Cluster), and a backend's connection.</summary>
internal sealed class ThreeNodes : IAsyncDisposable
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly List<GatewayProcess> _nodes = [];
    private readonly NatsServerProcess _nats;
    private readonly RedisServerProcess? _redis;

    private ThreeNodes(NatsServerProcess nats, RedisServerProcess? redis)
    {
        _nats = nats;
        _redis = redis;
        Backend = new NatsConnection(new NatsOptions { Servers = [nats.Url], RequestTimeout = TimeSpan.FromSeconds(30) });
    }

    public IReadOnlyList<GatewayProcess> Nodes => _nodes;

    public NatsServerProcess Nats => _nats;

    /// <summary>The one that came with the nodes.</summary>
    public RedisServerProcess Redis => _redis!;

    public NatsConnection Backend { get; }

    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="redis">The configuration of the test's own Redis; null for one that comes and goes with the nodes.</param>
    public static async Task<ThreeNodes> StartAsync(CancellationToken cancellationToken, string? redis = null)
    {
        var nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), cancellationToken);
        var cluster = new ThreeNodes(nats, redis is null ? await RedisServerProcess.StartAsync([], cancellationToken) : null);
        try
        {
            await cluster.Backend.ConnectAsync(cancellationToken);
            cluster._nodes.AddRange(await Task.WhenAll(Names.Select(name => TestServers.StartOwnAsync(
            [
                "--Gateway:Name=" + name, "--Gateway:Nats:Url=" + nats.Url, "--Gateway:Redis:Configuration=" + (redis ?? cluster._redis!.Configuration),
                "--Gateway:Cluster:AskTimeout=00:00:20", "--Gateway:Limits:MessagesPerSecond=0", "--Gateway:Rooms:Kinds:chat:MaxHistoryCount=100000", "--Gateway:Rooms:Kinds:live:MaxKeptKeys=64", "--Gateway:Limits:DrainGrace=00:00:00.100", "--Gateway:Transcoding:WorkerName=" + name,
                "--Gateway:Backends:ApiKeys:test:Key=" + BackendNode.ApiKey, "--Gateway:Backends:ApiKeys:test:Scopes=Publish,Read,Disconnect",
            ]))));
            await cluster.WholeAsync(Names, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Until each of these nodes is ready, sees just these, and sees an owner for each shard.</summary>
    public async Task WholeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        foreach (var node in names.Select(name => _nodes[Array.IndexOf(Names, name)]))
        {
            while (!await IsWholeAsync(node, names, cancellationToken))
                await time.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The node that owns the shard.</summary>
    public async Task<GatewayProcess> OwnerAsync(int shard, CancellationToken cancellationToken)
    {
        var view = await ViewAsync(_nodes[0], cancellationToken);
        return _nodes[Array.IndexOf(Names, view.GetProperty("shards")[shard].GetProperty("owner").GetString())];
    }

    /// <summary>Over HTTP with a token.</summary>
    public static HttpClient As(GatewayProcess node, string user, params string[] roles) => Http(node, Tokens.Of(user, roles));

    /// <summary>Over HTTP with the API key.</summary>
    public static HttpClient AsBackend(GatewayProcess node) => Http(node, BackendNode.ApiKey);

    /// <summary>What a backend publishes or calls over NATS is answered.</summary>
    public async Task<JsonElement> AskAsync(string subject, string json, CancellationToken cancellationToken)
    {
        var reply = await Backend.RequestAsync(subject, System.Text.Encoding.UTF8.GetBytes(json), cancellationToken: cancellationToken);
        Assert.Equal(NatsRequestStatus.Replied, reply.Status);
        return JsonElement.Parse(reply.Message!.Payload.Span);
    }

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask()));
        if (_redis is not null)
            await _redis.DisposeAsync();
        await _nats.DisposeAsync();
    }

    private static HttpClient Http(GatewayProcess node, string bearer)
    {
        var http = ServerHttp.Create(node);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return http;
    }

    private static async Task<JsonElement> ViewAsync(GatewayProcess node, CancellationToken cancellationToken)
    {
        using var http = As(node, "root", "admin");
        return JsonElement.Parse(await http.GetByteArrayAsync("/admin/cluster", cancellationToken));
    }

    private static async Task<bool> IsWholeAsync(GatewayProcess node, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var http = As(node, "root", "admin");
        using var ready = await http.GetAsync("/health/ready", cancellationToken);
        if (ready.StatusCode != HttpStatusCode.OK)
            return false;
        var view = await ViewAsync(node, cancellationToken);
        var seen = view.GetProperty("nodes").EnumerateArray().Where(static each => each.GetProperty("inRing").GetBoolean()).Select(static each => each.GetProperty("name").GetString()!);
        return seen.Order().SequenceEqual(names) && view.GetProperty("shards").EnumerateArray().All(shard => names.Contains(shard.GetProperty("owner").GetString()));
    }
}
