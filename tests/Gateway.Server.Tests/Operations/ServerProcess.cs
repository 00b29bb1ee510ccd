using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace Gateway.Server.Tests.Operations;

/// <summary>The real executable as a child process; ended, if need be, by its id.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Only a hang reaches it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Process _process;

    public ServerProcess(IReadOnlyList<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [System.IO.Path.Combine(AppContext.BaseDirectory, "Gateway.Server.dll"), .. args])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(name => name == "PORT" || name.StartsWith("Gateway__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Take(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Take(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    public int Id => _process.Id;

    public string Folder => _folder.Path;

    /// <summary>A serving node, and where it listens.</summary>
    public static async Task<(ServerProcess Process, Uri Url)> ServeAsync(IReadOnlyList<string> args, params (string Name, string Value)[] environment)
    {
        var process = new ServerProcess(["--port", "0", .. args], environment);
        var line = await process.WaitForLineAsync("Listening on");
        using var json = JsonDocument.Parse(line);
        return (process, new Uri(json.RootElement.GetProperty("fields").GetProperty("Url").GetString()!));
    }

    /// <summary>The next line of output or errors that contains the words.</summary>
    public async Task<string> WaitForLineAsync(string words)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
        {
            if (line.Contains(words, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"It ended without saying '{words}':\n{Output}\n{Errors}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString()]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private void Take(ConcurrentQueue<string> queue, string? line)
    {
        if (line is null)
        {
            // Both streams end when the process does; whoever waits for a line then learns that it will not come.
            if (ReferenceEquals(queue, _output))
                _lines.Writer.TryComplete();
            return;
        }

        queue.Enqueue(line);
        _lines.Writer.TryWrite(line);
    }
}
