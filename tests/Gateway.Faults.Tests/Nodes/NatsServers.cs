using Gateway.Faults.Tests.Proxies;
using Gateway.Testing;

namespace Gateway.Faults.Tests.Nodes;

/// <summary>
/// A cluster of NATS servers, as a node should have it, with a slow line (a zone away) between each two: what a node sends through one of them is overtaken by what it sends through another when it goes on there.
/// </summary>
internal sealed class NatsServers : IAsyncDisposable
{
    /// <summary>So that one may go.</summary>
    public const int Count = 3;

    private static readonly TimeSpan RouteDelay = TimeSpan.FromMilliseconds(5);

    // Shorter than the default of 10 s, which only matters to clients that do not listen. The clients are to know the servers by their own lines only.
    private const string LameDuck = "lame_duck_grace_period: 500ms\nlame_duck_duration: 30s\n";

    private readonly TcpProxy[] _routes = [.. Enumerable.Range(0, Count).Select(static index => new TcpProxy(index))];
    private readonly List<NatsServerProcess> _servers = [];

    private NatsServers()
    {
    }

    public IReadOnlyList<NatsServerProcess> All => _servers;

    public static async Task<NatsServers> StartAsync(CancellationToken cancellationToken)
    {
        var servers = new NatsServers();
        try
        {
            foreach (var route in servers._routes)
            {
                route.Delay(RouteDelay);
                var server = await NatsServerProcess.StartAsync(
                    new NatsServerSettings
                    {
                        Name = $"nats{servers._servers.Count}",
                        Cluster = "faults",
                        Routes = [.. servers._routes.Take(servers._servers.Count).Select(static earlier => $"nats://127.0.0.1:{earlier.Port}")],
                        ClusterConfiguration = $"advertise: \"127.0.0.1:{route.Port}\", no_advertise: true",
                        Configuration = LameDuck,
                    },
                    cancellationToken);
                servers._servers.Add(server);
                route.Target = server.ClusterPort;
            }

            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9 of all.</summary>
    public async Task KillAllAsync()
    {
        foreach (var server in _servers)
            await server.KillAsync();
    }

    /// <summary>Starts those that have ended, on their ports.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        foreach (var server in _servers.Where(static server => !server.IsRunning))
            await server.RestartAsync(cancellationToken);
    }

    /// <summary>Ends one as an operator does who upgrades it: its clients are told, and have gone elsewhere before it ends.</summary>
    public async Task RetireAsync(int index, CancellationToken cancellationToken)
    {
        var server = _servers[index];
        await server.EnterLameDuckAsync();
        await server.Process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        foreach (var route in _routes)
            await route.DisposeAsync();
    }
}
