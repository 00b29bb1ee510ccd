using System.Diagnostics;
using System.Globalization;

namespace Gateway.Testing;

/// <summary>
/// A real nats-server on free ports of 127.0.0.1 with a temporary folder, which keeps its ports over restarts. Disposing ends it and removes the folder.
/// </summary>
/// <remarks>
/// <code>
/// await using var nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), cancellationToken);
/// var url = nats.Url;                     // nats://127.0.0.1:port
/// await nats.KillAsync();                 // kill -9
/// await nats.RestartAsync(cancellationToken); // on the same port
/// </code>
/// A cluster: <see cref="StartClusterAsync"/>.
/// </remarks>
public sealed class NatsServerProcess : IAsyncDisposable
{
    private readonly NatsServerSettings _settings;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-nats-");
    private ServerProcess? _process;

    private NatsServerProcess(NatsServerSettings settings) => _settings = settings;

    /// <summary>Of the clients' port.</summary>
    public int Port { get; private set; } = -1;

    /// <summary>Of the other servers' port; below 0 when it is in no cluster.</summary>
    public int ClusterPort { get; private set; } = -1;

    /// <summary>Whether there is a process.</summary>
    public bool IsRunning => _process is { IsRunning: true };

    /// <summary>As <c>nats://127.0.0.1:port</c>.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

    /// <summary>Where other servers of a cluster reach this one.</summary>
    public string ClusterUrl => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{ClusterPort}");

    /// <summary>The process, as long as there is one.</summary>
    public ServerProcess Process => _process ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>Starts one and waits until it takes connections.</summary>
    public static async Task<NatsServerProcess> StartAsync(NatsServerSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var server = new NatsServerProcess(settings);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a cluster and waits until every server has routes to all others.</summary>
    public static async Task<IReadOnlyList<NatsServerProcess>> StartClusterAsync(int count, NatsServerSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var servers = new List<NatsServerProcess>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var own = settings with { Name = $"n{i + 1}", Cluster = "test", Routes = [.. servers.Select(server => server.ClusterUrl)] };
                servers.Add(await StartAsync(own, cancellationToken));
            }

            foreach (var server in servers)
                await server.WaitForRoutesAsync(count - 1, cancellationToken);
            return servers;
        }
        catch
        {
            foreach (var server in servers)
                await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again, on the same ports, after it has ended.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Ends it as kill -9 does: connections break, nothing is said.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Freezes it (SIGSTOP): its connections stay open and are dead.</summary>
    public Task PauseAsync() => Process.SignalAsync("STOP");

    /// <summary>Thaws it (SIGCONT).</summary>
    public Task ResumeAsync() => Process.SignalAsync("CONT");

    /// <summary>Tells it to send its clients to others, as <c>nats-server --signal ldm=pid</c> does, and shut down after its grace period.</summary>
    public async Task EnterLameDuckAsync()
    {
        using var signal = System.Diagnostics.Process.Start(
            new ProcessStartInfo("nats-server", ["--signal", string.Create(CultureInfo.InvariantCulture, $"ldm={Process.Id}")]) { UseShellExecute = false, RedirectStandardError = true })!;
        await signal.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var config = Path.Combine(_folder.FullName, "nats.conf");
        await File.WriteAllTextAsync(config, _settings.ToConfiguration(Port, ClusterPort), cancellationToken);
        _process = await ServerProcess.StartAsync("nats-server", ["--config", config], "Server is ready", cancellationToken);
        if (Port < 0)
            Port = PortIn(await _process.WaitForLineAsync("Listening for client connections on", cancellationToken));
        if (_settings.Cluster is not null && ClusterPort < 0)
            ClusterPort = PortIn(await _process.WaitForLineAsync("Listening for route connections on", cancellationToken));
    }

    private async Task WaitForRoutesAsync(int count, CancellationToken cancellationToken)
    {
        // Each route is told of once on either side; the same pair may first connect twice, of which one is closed as a duplicate.
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (KnownServers() < count)
            await time.WaitForNextTickAsync(cancellationToken);
    }

    private int KnownServers()
    {
        var log = Process.Log;
        return log.Split('\n').Count(line => line.Contains("Route connection created", StringComparison.Ordinal))
            - log.Split('\n').Count(line => line.Contains("Router connection closed", StringComparison.Ordinal));
    }

    private static int PortIn(string line) => int.Parse(line[(line.LastIndexOf(':') + 1)..].Trim(), CultureInfo.InvariantCulture);
}
