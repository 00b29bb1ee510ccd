using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gateway.Testing;

/// <summary>A server program as a process of its own, ready when it has written a certain line; what it writes is kept for the message of a failed test.</summary>
/// <remarks>Everything is done to this one process by its number. Disposing kills it, if it still runs.</remarks>
public sealed class ServerProcess : IAsyncDisposable
{
    // Far beyond what a start or an end needs; only a server that hangs meets it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, TaskCompletionSource<string>> _awaited = new(StringComparer.Ordinal);
    private readonly Task _reading;

    private ServerProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>The number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has not ended.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>With what it ended; only then.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>All it has written so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts a program and waits for the line that says that it is ready.</summary>
    /// <param name="program">Its name in the path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="readyLine">A part of that line.</param>
    /// <param name="cancellationToken">Ends the waiting and the program.</param>
    /// <exception cref="InvalidOperationException">It ended before; the message is what it wrote.</exception>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, string readyLine, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var server = new ServerProcess(Process.Start(start)!);
        try
        {
            await server.WaitForLineAsync(readyLine, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a line that contains a text, or has been written already.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        TaskCompletionSource<string>? found;
        lock (_log)
        {
            if (Array.Find(_log.ToString().Split('\n'), line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                return line;
            if (!_awaited.TryGetValue(text, out found))
                _awaited[text] = found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var ended = _process.WaitForExitAsync(limit.Token);
        if (await Task.WhenAny(found.Task, ended) == found.Task)
            return await found.Task;
        cancellationToken.ThrowIfCancellationRequested();
        if (_process.HasExited)
            await _reading;
        throw new InvalidOperationException($"{_process.StartInfo.FileName} did not write '{text}':{Environment.NewLine}{Log}");
    }

    /// <summary>Sends a signal by its name, such as <c>STOP</c>, <c>CONT</c>, <c>TERM</c>, <c>KILL</c> or <c>USR2</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken = default) => _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                _log.Append(line).Append('\n');
                foreach (var (text, found) in _awaited)
                {
                    if (line.Contains(text, StringComparison.Ordinal))
                        found.TrySetResult(line);
                }
            }
        }
    }
}
