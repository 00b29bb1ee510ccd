using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>
/// A real redis-server on a free port of 127.0.0.1 with a temporary folder, which keeps its port and its data over restarts. Disposing ends it and removes
/// the folder.
/// </summary>
/// <remarks>
/// <code>
/// await using var redis = await RedisServerProcess.StartAsync([], cancellationToken);
/// var configuration = redis.Configuration;   // 127.0.0.1:port
/// await redis.StopAsync();                   // in good order: what it holds is saved if it is told to (--appendonly yes)
/// await redis.RestartAsync(cancellationToken);
/// </code>
/// </remarks>
public sealed class RedisServerProcess : IAsyncDisposable
{
    private readonly IReadOnlyList<string> _arguments;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-redis-");
    private ServerProcess? _process;

    private RedisServerProcess(IReadOnlyList<string> arguments) => _arguments = arguments;

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>As <c>127.0.0.1:port</c>.</summary>
    public string Configuration => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Where servers of a <see cref="RedisCluster"/> talk to it.</summary>
    internal int ClusterPort => int.Parse(_arguments[IndexOf("--cluster-port") + 1], CultureInfo.InvariantCulture);

    /// <summary>Whether it was started and not ended since.</summary>
    public bool IsRunning => _process is { IsRunning: true };

    /// <summary>The process, as long as there is one.</summary>
    public ServerProcess Process => _process ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>Starts one and waits until it takes connections.</summary>
    /// <param name="arguments">Further ones, such as <c>--appendonly yes</c>. By default it saves nothing.</param>
    /// <param name="cancellationToken">Ends the waiting and the server.</param>
    public static async Task<RedisServerProcess> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var server = new RedisServerProcess(arguments);
        try
        {
            await server.StartFirstAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it in good order (SIGTERM) and waits for its end.</summary>
    public async Task StopAsync()
    {
        await Process.SignalAsync("TERM");
        await Process.WaitForExitAsync();
        await KillAsync();
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it again, on the same port with the same folder; ends it first if it still runs.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        await StartCoreAsync(cancellationToken);
    }

    /// <summary>What it answers to a command, as redis-cli writes it: also an error, which begins with its code.</summary>
    public async Task<string> AskAsync(CancellationToken cancellationToken, params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("redis-cli", ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var client = System.Diagnostics.Process.Start(start)!;
        try
        {
            client.StandardInput.Close();
            var answer = await client.StandardOutput.ReadToEndAsync(cancellationToken);
            await client.WaitForExitAsync(cancellationToken);
            return answer.Trim().ReplaceLineEndings("\n");
        }
        finally
        {
            if (!client.HasExited)
                client.Kill();
        }
    }

    /// <summary>Freezes it (SIGSTOP): its connections stay open and are dead.</summary>
    public Task PauseAsync() => Process.SignalAsync("STOP");

    /// <summary>Thaws it (SIGCONT).</summary>
    public Task ResumeAsync() => Process.SignalAsync("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

    private int IndexOf(string argument) => _arguments.Index().First(each => each.Item == argument).Index;

    private async Task StartFirstAsync(CancellationToken cancellationToken)
    {
        // Redis cannot choose a port itself, and the one found free here may be taken by somebody else before it starts.
        for (var attempt = 0; ; attempt++)
        {
            using (var listener = new TcpListener(IPAddress.Loopback, 0))
            {
                listener.Start();
                Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            }

            try
            {
                await StartCoreAsync(cancellationToken);
                return;
            }
            catch (InvalidOperationException exception) when (attempt < 5 && exception.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // The next port, then.
            }
        }
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken) => _process = await ServerProcess.StartAsync(
        "redis-server",
        ["--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", _folder.FullName, "--save", "", "--daemonize", "no", .. _arguments],
        "Ready to accept connections",
        cancellationToken);
}
