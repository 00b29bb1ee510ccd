using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Gateway.LoadTest.Servers;

/// <summary>A gateway that this program starts for the run, on a free port with an empty data folder, and stops by SIGTERM.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    // Beyond what start and drain take; only one that hangs meets it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;
    private readonly Task<string> _log;

    private GatewayProcess(Process process, string folder)
    {
        _process = process;
        _folder = folder;
        _log = process.StandardOutput.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public Uri Address { get; private set; } = new("about:blank");

    public static async Task<GatewayProcess> StartAsync(ServerTerms terms, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-loadtest-").FullName;
        var ready = Path.Combine(folder, "ready.json");
        var command = new List<string>();
        if (terms.Cpus is not null)
            command.AddRange(["taskset", "-c", terms.Cpus]);
        command.AddRange(["dotnet", terms.Assembly, "--port", "0", "--address", "127.0.0.1", "--data", Path.Combine(folder, "data"), "--ready-file", ready]);
        command.AddRange(terms.Settings.Select(each => "--" + each));
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = false, UseShellExecute = false };
        using var watcher = new FileSystemWatcher(folder) { EnableRaisingEvents = true };
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, change) => _ = change.FullPath == ready && appeared.TrySetResult();
        var gateway = new GatewayProcess(Process.Start(start)!, folder);
        try
        {
            await Task.WhenAny(appeared.Task, gateway._process.WaitForExitAsync(cancellationToken)).WaitAsync(Patience, cancellationToken);
            if (!appeared.Task.IsCompleted)
                throw new LoadTestException(ExitCode.RunFailed, $"The gateway did not start: it ended with {gateway._process.ExitCode}. {await gateway._log}");
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(ready, cancellationToken));
            gateway.Address = new Uri(json.RootElement.GetProperty("url").GetString()!);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            if (!_process.HasExited)
            {
                using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(limit.Token);
                await _process.WaitForExitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
