using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Server.Rooms;
using Gateway.Testing;

namespace Gateway.Faults.Tests.Nodes;

/// <summary>Real nodes with real nats-servers and a real redis-server, and a line that can fail between each two that talk.</summary>
/// <remarks>
/// Redis keeps its data with <c>appendonly yes, appendfsync always</c>: what is acknowledged to clients must have survived its kill -9. With <c>everysec</c> Redis answers before it has
/// written to the file whenever a sync is under way (for up to 2 s), so a kill -9 may take acknowledged messages with it.
/// </remarks>
internal sealed class NodeCluster : IAsyncDisposable
{
    private static readonly string[] Durability = ["--appendonly", "yes", "--appendfsync", "always"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    private NodeCluster(NatsServers nats, RedisServerProcess redis, int nodes)
    {
        Nats = nats;
        Redis = redis;
        Slots = [.. Enumerable.Range(0, nodes).Select(index => new NodeSlot(index, nats, redis))];
        _http.DefaultRequestHeaders.Authorization = new("Bearer", Tokens.Of("oracle", TimeSpan.FromDays(1), "service"));
    }

    public NatsServers Nats { get; }

    public RedisServerProcess Redis { get; }

    public IReadOnlyList<NodeSlot> Slots { get; }

    public static async Task<NodeCluster> StartAsync(int nodes, CancellationToken cancellationToken)
    {
        var nats = await NatsServers.StartAsync(cancellationToken);
        RedisServerProcess redis;
        try
        {
            redis = await RedisServerProcess.StartAsync(Durability, cancellationToken);
        }
        catch
        {
            await nats.DisposeAsync();
            throw;
        }

        var cluster = new NodeCluster(nats, redis, nodes);
        try
        {
            foreach (var slot in cluster.Slots)
                await slot.StartAsync(keepName: false, cancellationToken);
            if (!await cluster.IsWholeAsync(cancellationToken))
                throw new InvalidOperationException($"The nodes did not become a cluster:{Environment.NewLine}{string.Join(Environment.NewLine, cluster.Slots.Select(static slot => slot.Process.Log))}");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until all running nodes are ready, see each other, and every shard has an owner.</summary>
    /// <returns>False when that did not come about.</returns>
    public Task<bool> IsWholeAsync(CancellationToken cancellationToken) => Polling.TryUntilAsync(
        async () =>
        {
            var running = Slots.Where(static slot => slot.IsRunning && slot.Url is not null).ToArray();
            foreach (var slot in running)
            {
                if (!await IsWholeForAsync(slot, running, cancellationToken))
                    return false;
            }

            return true;
        },
        cancellationToken);

    /// <summary>Which place the owner of a room has now; null when nobody can tell.</summary>
    public async Task<NodeSlot?> FindOwnerAsync(string room, CancellationToken cancellationToken)
    {
        NodeSlot? found = null;
        await Polling.TryUntilAsync(
            async () =>
            {
                foreach (var slot in Slots.Where(static slot => slot.IsRunning && slot.Url is not null))
                {
                    if (await ReadAsync(slot, cancellationToken) is not { } map)
                        continue;
                    using (map)
                    {
                        var owner = map.RootElement.GetProperty("shards")[RoomSet.ShardOf(room)].GetProperty("owner").GetString();
                        found = Slots.FirstOrDefault(each => each.IsRunning && each.Name == owner);
                    }

                    if (found is not null)
                        return true;
                }

                return false;
            },
            cancellationToken);
        return found;
    }

    /// <summary>Writes what all processes have written to files of a folder.</summary>
    public async Task KeepLogsAsync(string folder)
    {
        foreach (var slot in Slots)
            await slot.KeepLogsAsync(folder);
        foreach (var (i, server) in Nats.All.Index())
            await File.WriteAllTextAsync(Path.Combine(folder, $"nats-{i}.log"), server.IsRunning ? server.Process.Log : "It had ended.", CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(folder, "redis.log"), Redis.Process.Log, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in Slots)
            await slot.DisposeAsync();
        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
        _http.Dispose();
    }

    private async Task<bool> IsWholeForAsync(NodeSlot slot, NodeSlot[] running, CancellationToken cancellationToken)
    {
        using var map = await ReadAsync(slot, cancellationToken);
        if (map is null)
            return false;
        var members = map.RootElement.GetProperty("nodes").EnumerateArray().Where(static node => node.GetProperty("inRing").GetBoolean()).Select(static node => node.GetProperty("name").GetString());
        return members.Order().SequenceEqual(running.Select(static each => each.Name).Order())
            && map.RootElement.GetProperty("shards").EnumerateArray().All(static shard => shard.GetProperty("owner").GetString() is not null)
            && await IsReadyAsync(slot, cancellationToken);
    }

    private async Task<bool> IsReadyAsync(NodeSlot slot, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(slot.Url!, "/health/ready"), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<JsonDocument?> ReadAsync(NodeSlot slot, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await _http.GetStringAsync(new Uri(slot.Url!, "/admin/cluster"), cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
