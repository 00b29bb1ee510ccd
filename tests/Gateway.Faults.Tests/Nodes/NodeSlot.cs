using System.Globalization;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Faults.Tests.Proxies;
using Gateway.Testing;

namespace Gateway.Faults.Tests.Nodes;

/// <summary>
/// The place of a node: lines of its own (clients to it, it to each server of NATS, it to Redis) that stay, and a process that comes and goes. Everything about the process but its name, its port,
/// its folder and its addresses is as a user has it who sets nothing else.
/// </summary>
internal sealed class NodeSlot : IAsyncDisposable
{
    private const string ReadyLine = "Listening on";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-faults-");
    private readonly List<(string Name, ServerProcess Process)> _processes = [];
    private int _generation;

    public NodeSlot(int index, NatsServers nats, RedisServerProcess redis)
    {
        Index = index;
        Clients = new TcpProxy(index);
        Nats = [.. nats.All.Select(server => new TcpProxy(index) { Target = server.Port })];
        Redis = new TcpProxy(index) { Target = redis.Port };
    }

    public int Index { get; }

    /// <summary>Of the present or last process.</summary>
    public string Name { get; private set; } = "";

    public TcpProxy Clients { get; }

    public IReadOnlyList<TcpProxy> Nats { get; }

    public TcpProxy Redis { get; }

    public IEnumerable<TcpProxy> Lines => [Clients, .. Nats, Redis];

    /// <summary>The process that was started last; it may have ended.</summary>
    public ServerProcess Process => _processes[^1].Process;

    public bool IsRunning => _processes.Count > 0 && Process.IsRunning;

    /// <summary>There should be a process, and there is none.</summary>
    public bool HasCrashed => Url is not null && !Process.IsRunning;

    /// <summary>The node itself, not through any line; null while there is none.</summary>
    public Uri? Url { get; private set; }

    /// <summary>Where clients connect.</summary>
    public Uri ClientUrl => new(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{Clients.Port}/ws"));

    /// <summary>Starts a node in this place and returns when it listens.</summary>
    public async Task StartAsync(bool keepName, CancellationToken cancellationToken)
    {
        if (!keepName || Name.Length == 0)
            Name = string.Create(CultureInfo.InvariantCulture, $"n{Index}-{++_generation}");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Gateway.Server.dll"), "--port", "0", "--address", "127.0.0.1", "--data", Path.Combine(_folder.FullName, Name),
            $"--Gateway:Name={Name}", $"--Gateway:Nats:Url={string.Join(',', Nats.Select(static line => $"nats://127.0.0.1:{line.Port}"))}", $"--Gateway:Redis:Configuration=127.0.0.1:{Redis.Port}",
            $"--Gateway:Accounts:SigningKey={Tokens.SigningKey}", $"--Gateway:PublicUrl={ClientUrl}",
        ];
        var process = await ServerProcess.StartAsync("dotnet", arguments, ReadyLine, cancellationToken);
        _processes.Add((Name, process));
        using var line = JsonDocument.Parse(await process.WaitForLineAsync(ReadyLine, cancellationToken));
        Url = new Uri(line.RootElement.GetProperty("fields").GetProperty(nameof(Url)).GetString()!);
        Clients.Target = Url.Port;
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        Leave();
        await Process.KillAsync();
    }

    /// <summary>Ends it as an operator does (SIGTERM) and waits for its end.</summary>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await Process.SignalAsync("TERM");
        await Process.WaitForExitAsync(cancellationToken);
        Leave();
    }

    /// <summary>Writes what its processes have written to files of a folder.</summary>
    public async Task KeepLogsAsync(string folder)
    {
        foreach (var (i, (name, process)) in _processes.Index())
            await File.WriteAllTextAsync(Path.Combine(folder, $"node-{Index}-{i}-{name}.log"), process.Log);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in _processes)
            await process.DisposeAsync();
        foreach (var line in Lines)
            await line.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private void Leave()
    {
        Clients.Target = 0;
        Url = null;
    }
}
