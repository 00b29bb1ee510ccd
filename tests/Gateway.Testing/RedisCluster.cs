using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>
/// A real Redis Cluster on free ports of 127.0.0.1: three masters that share the slots, and a replica of each if wanted. Each server keeps its ports and its place over
/// restarts. Disposing ends all.
/// </summary>
/// <remarks>
/// <code>
/// await using var cluster = await RedisCluster.StartAsync(replicas: true, [], cancellationToken);
/// var configuration = cluster.Configuration;          // 127.0.0.1:port,127.0.0.1:port,127.0.0.1:port
/// var (master, replica) = await cluster.OfAsync("{gateway:17}", cancellationToken);
/// await master.KillAsync();
/// await RedisCluster.PromotedAsync(replica!, cancellationToken);
/// await cluster.WholeAsync(cancellationToken);        // what was killed is back, as a replica
/// </code>
/// </remarks>
public sealed class RedisCluster : IAsyncDisposable
{
    /// <summary>How many slots a Redis Cluster has.</summary>
    public const int SlotCount = 16384;

    private const int MasterCount = 3;
    private readonly List<RedisServerProcess> _masters = [];
    private readonly List<RedisServerProcess> _replicas = [];

    private RedisCluster()
    {
    }

    /// <summary>Those that were masters at the start; the first has the lowest slots.</summary>
    public IReadOnlyList<RedisServerProcess> Masters => _masters;

    /// <summary>The replica of each master at the start; empty if there are none.</summary>
    public IReadOnlyList<RedisServerProcess> Replicas => _replicas;

    /// <summary>The masters of the start, as a user would name them.</summary>
    public string Configuration => string.Join(',', _masters.Select(static server => server.Configuration));

    /// <summary>Starts one and waits until every server says that all is well.</summary>
    /// <param name="replicas">Whether each master has one. With them a master counts as dead after a second and a half, without after a quarter of a minute.</param>
    /// <param name="arguments">Further ones for each server.</param>
    /// <param name="cancellationToken">Ends the waiting and the servers.</param>
    public static async Task<RedisCluster> StartAsync(bool replicas, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var cluster = new RedisCluster();
        try
        {
            // A busy machine stalls servers for moments: where nobody can take over, nobody needs to be quick about it.
            string[] all = ["--cluster-node-timeout", replicas ? "1500" : "15000", "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0", .. arguments];
            await Task.WhenAll(
                FillAsync(cluster._masters, MasterCount, all, cancellationToken),
                FillAsync(cluster._replicas, replicas ? MasterCount : 0, all, cancellationToken));
            await cluster.JoinAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The master that has the slot of a key, and its replica if there is one; both must be running, and nothing moving.</summary>
    public async Task<(RedisServerProcess Master, RedisServerProcess? Replica)> OfAsync(string key, CancellationToken cancellationToken)
    {
        var index = RedisSlot.Of(key) * MasterCount / SlotCount;
        if (_replicas.Count == 0)
            return (_masters[index], null);
        return await IsMasterAsync(_masters[index], cancellationToken) ? (_masters[index], _replicas[index]) : (_replicas[index], _masters[index]);
    }

    /// <summary>Starts again what does not run, and waits until every slot is served by a master whose replica, if it should have one, has what it has.</summary>
    public async Task WholeAsync(CancellationToken cancellationToken)
    {
        foreach (var server in All().Where(static server => !server.IsRunning))
            await server.RestartAsync(cancellationToken);
        foreach (var server in All())
            await UntilAsync(async () => (await server.AskAsync(cancellationToken, "cluster", "info")).Contains("cluster_state:ok", StringComparison.Ordinal), cancellationToken);
        foreach (var (master, replica) in _masters.Zip(_replicas))
        {
            await UntilAsync(
                async () => await IsMasterAsync(master, cancellationToken) ? await FollowsAsync(replica, cancellationToken) : await FollowsAsync(master, cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>Waits until a server's replica has all it has; nobody may be writing.</summary>
    public static Task CaughtUpAsync(RedisServerProcess master, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(master);
        return UntilAsync(
            async () =>
            {
                var lines = (await master.AskAsync(cancellationToken, "info", "replication")).Split('\n');
                var own = Array.Find(lines, static line => line.StartsWith("master_repl_offset:", StringComparison.Ordinal))?.Split(':')[1];
                return Array.Exists(lines, line => line.StartsWith("slave0:", StringComparison.Ordinal) && line.Contains($",offset={own},", StringComparison.Ordinal));
            },
            cancellationToken);
    }

    /// <summary>Waits until a server is a master.</summary>
    public static Task PromotedAsync(RedisServerProcess server, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        return UntilAsync(() => IsMasterAsync(server, cancellationToken), cancellationToken);
    }

    /// <summary>Moves the slot of a key to another master while it is in use, key by key, as <c>redis-cli --cluster reshard</c> does.</summary>
    /// <param name="key">Any key in the slot.</param>
    /// <param name="from">The master that has it.</param>
    /// <param name="to">The master that shall have it.</param>
    /// <param name="halfWay">Called when some of its keys have been moved and some not.</param>
    /// <param name="cancellationToken">Ends the moving half-way.</param>
    public static async Task MoveSlotAsync(string key, RedisServerProcess from, RedisServerProcess to, Func<Task> halfWay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(halfWay);
        var slot = RedisSlot.Of(key).ToString(CultureInfo.InvariantCulture);
        var (fromId, toId) = (await from.AskAsync(cancellationToken, "cluster", "myid"), await to.AskAsync(cancellationToken, "cluster", "myid"));
        await OkAsync(to, cancellationToken, "cluster", "setslot", slot, "importing", fromId);
        await OkAsync(from, cancellationToken, "cluster", "setslot", slot, "migrating", toId);
        for (var isFirst = true; await from.AskAsync(cancellationToken, "cluster", "getkeysinslot", slot, "1") is { Length: > 0 } next; isFirst = false)
        {
            await OkAsync(from, cancellationToken, "migrate", "127.0.0.1", to.Port.ToString(CultureInfo.InvariantCulture), next, "0", "10000");
            if (isFirst)
                await halfWay();
        }

        // Replicas learn it from their masters.
        await OkAsync(to, cancellationToken, "cluster", "setslot", slot, "node", toId);
        await OkAsync(from, cancellationToken, "cluster", "setslot", slot, "node", toId);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in All())
            await server.DisposeAsync();
    }

    private static async Task OkAsync(RedisServerProcess server, CancellationToken cancellationToken, params IReadOnlyList<string> command)
    {
        // NOKEY: it ran out on the way.
        if (await server.AskAsync(cancellationToken, command) is var answer and not ("OK" or "NOKEY"))
            throw new InvalidOperationException($"{string.Join(' ', command)}: {answer}");
    }

    private static async Task<bool> IsMasterAsync(RedisServerProcess server, CancellationToken cancellationToken) =>
        (await server.AskAsync(cancellationToken, "role")).StartsWith("master", StringComparison.Ordinal);

    private static async Task<bool> FollowsAsync(RedisServerProcess server, CancellationToken cancellationToken) =>
        (await server.AskAsync(cancellationToken, "info", "replication")).Contains("master_link_status:up", StringComparison.Ordinal);

    private static async Task FillAsync(List<RedisServerProcess> servers, int count, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            // By default a server's port + 10,000, which may be anybody's.
            string[] own = ["--cluster-enabled", "yes", "--cluster-port", FreePort().ToString(CultureInfo.InvariantCulture), .. arguments];
            servers.Add(await RedisServerProcess.StartAsync(own, cancellationToken));
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        // Far beyond what anything takes: only a cluster that hangs meets it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isSo())
            await time.WaitForNextTickAsync(limit.Token);
    }

    private IEnumerable<RedisServerProcess> All() => _masters.Concat(_replicas);

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        var all = All().ToArray();
        for (var i = 0; i < all.Length; i++)
            await all[i].AskAsync(cancellationToken, "cluster", "set-config-epoch", (i + 1).ToString(CultureInfo.InvariantCulture));
        for (var i = 0; i < MasterCount; i++)
        {
            // The slots for which OfAsync says i.
            var (first, end) = (((i * SlotCount) + MasterCount - 1) / MasterCount, (((i + 1) * SlotCount) + MasterCount - 1) / MasterCount);
            await _masters[i].AskAsync(
                cancellationToken, "cluster", "addslotsrange", first.ToString(CultureInfo.InvariantCulture), (end - 1).ToString(CultureInfo.InvariantCulture));
        }

        foreach (var server in all[1..])
        {
            await all[0].AskAsync(
                cancellationToken, "cluster", "meet", "127.0.0.1", server.Port.ToString(CultureInfo.InvariantCulture), server.ClusterPort.ToString(CultureInfo.InvariantCulture));
        }

        for (var i = 0; i < _replicas.Count; i++)
        {
            var (replica, id) = (_replicas[i], await _masters[i].AskAsync(cancellationToken, "cluster", "myid"));

            // Refused until it has heard of its master.
            await UntilAsync(async () => await replica.AskAsync(cancellationToken, "cluster", "replicate", id) == "OK", cancellationToken);
        }

        foreach (var server in all)
        {
            // Gossip has reached everybody, also about who follows whom.
            await UntilAsync(
                async () =>
                {
                    var nodes = (await server.AskAsync(cancellationToken, "cluster", "nodes")).Split('\n');
                    return nodes.Length == all.Length && nodes.Count(static node => node.Contains("slave", StringComparison.Ordinal)) == _replicas.Count
                        && !nodes.Any(static node => node.Contains("handshake", StringComparison.Ordinal) || node.Contains("fail", StringComparison.Ordinal));
                },
                cancellationToken);
        }

        await WholeAsync(cancellationToken);
    }
}
