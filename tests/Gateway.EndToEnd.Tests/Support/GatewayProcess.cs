using System.Diagnostics;
using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>
/// The real server as a process of its own, on a free port, with an empty data directory; stopped as an operator would stop it
/// (SIGTERM), and its data removed, when disposed.
/// </summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    // Far beyond what start and drain need; only a server that hangs meets it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private GatewayProcess(Process process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        Address = address;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int ProcessId => _process.Id;

    public Uri Address { get; private set; }

    /// <summary>Of a server that speaks TLS with a certificate it made itself: the file of that certificate.</summary>
    public string? CertificateFile { get; private set; }

    /// <summary>Resident memory now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="settings">Further arguments, such as <c>--Gateway:Echo=true</c>.</param>
    public static async Task<GatewayProcess> StartAsync(CancellationToken cancellationToken, params IReadOnlyList<string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-e2e-").FullName;
        var readyFile = Path.Combine(folder, "ready.json");
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Gateway.Server.dll"));
        foreach (var argument in (string[])["--port", "0", "--address", "127.0.0.1", "--data", Path.Combine(folder, "data"), "--ready-file", readyFile])
            start.ArgumentList.Add(argument);
        foreach (var setting in settings)
            start.ArgumentList.Add(setting);

        using var watcher = new FileSystemWatcher(folder) { EnableRaisingEvents = true };
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, change) =>
        {
            if (change.FullPath == readyFile)
                appeared.TrySetResult();
        };
        var gateway = new GatewayProcess(Process.Start(start)!, folder, new Uri("about:blank"));
        try
        {
            var ended = gateway._process.WaitForExitAsync(cancellationToken);
            await Task.WhenAny(appeared.Task, ended).WaitAsync(Patience, cancellationToken);
            if (!appeared.Task.IsCompleted)
                throw new InvalidOperationException($"The server ended with {gateway._process.ExitCode}: {await gateway._errors}{await gateway._output}");

            using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(readyFile, cancellationToken));
            gateway.Address = new Uri(ready.RootElement.GetProperty("url").GetString()!);
            gateway.CertificateFile = ready.RootElement.GetProperty("certificate").GetString();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the server to drain and stop, as an operator would, and does not wait for it.</summary>
    public async Task SignalStopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>What the server wrote until its end; for the message of a failed test.</summary>
    public async Task<string> StopAsync()
    {
        if (!_process.HasExited)
        {
            await SignalStopAsync();
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        return await _errors + await _output;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
