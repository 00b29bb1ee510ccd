using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Processes;

/// <summary>
/// Runs ffmpeg and ffprobe as children: arguments as a list (no shell), no terminal, time limit, stall watchdog, and an end in every case.
/// Cancelled, stalled or out of time, a child gets SIGTERM, and after <see cref="TranscodingOptions.KillGrace"/> its whole tree is killed.
/// </summary>
/// <remarks>
/// What ends a child when this process is killed with SIGKILL: <c>setpriv --pdeathsig KILL</c> sets the kernel's parent-death signal and
/// then becomes the tool (exec), as does <c>nice</c>, so the child's process id is the tool's. ffmpeg itself would go on: it ignores SIGPIPE and
/// the errors of its progress pipe (measured with 5.1). Where setpriv is missing, the sweep at the next start is what is left
/// (<see cref="Workers.AbandonedAttempts"/>).
/// </remarks>
internal sealed class ToolHost : IDisposable
{
    private const int OutputBufferBytes = 8 * 1024;

    // After the child itself is gone, only a grandchild can hold its pipes open.
    private static readonly TimeSpan PipeDrainTime = TimeSpan.FromSeconds(2);

    private static readonly string[] ParentDeathArguments = ["--pdeathsig", "KILL", "--"];

    private readonly TranscodingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ProcessLauncher _launcher = new();
    private readonly ConcurrentDictionary<int, Process> _running = new();
    private readonly string[] _wrapper;

    public ToolHost(TranscodingOptions options, TimeProvider time, ILogger log)
    {
        _options = options;
        _time = time;
        _log = log;
        _wrapper = [.. WrapperArguments()];
    }

    /// <summary>Whether a SIGKILL of this process ends its children at once.</summary>
    public bool EndsWithHost => _wrapper.Contains("--pdeathsig", StringComparer.Ordinal);

    /// <summary>Runs a tool to its end; throws <see cref="OperationCanceledException"/> after it has gone when cancelled.</summary>
    public async Task<ToolExit> RunAsync(ToolRun run, CancellationToken cancellationToken)
    {
        if (ToolPath.Find(run.Program) is not { } program)
            return new(ToolEnd.NotStarted, -1, $"'{run.Program}' was not found.");

        using var timeLimit = new CancellationTokenSource(run.TimeLimit, _time);
        using var stall = new CancellationTokenSource(run.StallTimeout ?? Timeout.InfiniteTimeSpan, _time);
        using var refused = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeLimit.Token, stall.Token, refused.Token);
        cancellationToken.ThrowIfCancellationRequested();

        Process process;
        try
        {
            process = await _launcher.StartAsync(StartInfo(program, run.Arguments)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return new(ToolEnd.NotStarted, -1, error.Message);
        }

        using (process)
        {
            _running[process.Id] = process;
            try
            {
                if (ProcessIdentity.TryRead(process.Id, out var identity))
                    run.OnStarted?.Invoke(identity, program);

                process.StandardInput.Close();
                var tail = new StderrTail(_options.StderrBytes);
                var errors = ReadErrorsAsync(process.StandardError.BaseStream, tail);
                var output = ReadOutputAsync(process.StandardOutput.BaseStream, run, stall, refused);
                var endedByItself = await WaitOrStopAsync(process, stop.Token).ConfigureAwait(false);
                await DrainAsync(process, output, errors).ConfigureAwait(false);

                cancellationToken.ThrowIfCancellationRequested();
                var end = refused.IsCancellationRequested ? ToolEnd.TooMuchOutput
                    : endedByItself ? ToolEnd.Exited
                    : stall.IsCancellationRequested ? ToolEnd.Stalled
                    : ToolEnd.TimedOut;
                return new(end, process.ExitCode, tail.ToString());
            }
            finally
            {
                // Whatever went wrong above, no child outlives its run.
                KillTree(process);
                _running.TryRemove(process.Id, out _);
            }
        }
    }

    /// <summary>The shutdown's deadline has come: no more grace.</summary>
    public void KillAll()
    {
        foreach (var process in _running.Values)
            KillTree(process);
    }

    public void Dispose()
    {
        KillAll();
        _launcher.Dispose();
    }

    /// <summary>False when it had to be stopped.</summary>
    private async Task<bool> WaitOrStopAsync(Process process, CancellationToken stop)
    {
        try
        {
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process).ConfigureAwait(false);
            return false;
        }
    }

    private async Task StopAsync(Process process)
    {
        if (!OperatingSystem.IsWindows() && !process.HasExited && LibC.Signal(process.Id, LibC.SigTerm))
        {
            try
            {
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(_options.KillGrace, _time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                TranscodingLog.ToolKilled(_log, process.Id, _options.KillGrace);
            }
        }

        KillTree(process);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static void KillTree(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended between the question and the kill.
        }
    }

    private static async Task DrainAsync(Process process, Task output, Task errors)
    {
        try
        {
            await Task.WhenAll(output, errors).WaitAsync(PipeDrainTime).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            process.StandardOutput.Dispose();
            process.StandardError.Dispose();
            if (output.IsFaulted)
                await output.ConfigureAwait(false);
        }
    }

    private static async Task ReadErrorsAsync(Stream stream, StderrTail tail)
    {
        var buffer = new byte[OutputBufferBytes];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
                tail.Append(buffer.AsSpan(0, count));
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException)
        {
            // The pipe was taken away from under a grandchild that held it.
        }
    }

    private static async Task ReadOutputAsync(Stream stream, ToolRun run, CancellationTokenSource stall, CancellationTokenSource refused)
    {
        var buffer = new byte[OutputBufferBytes];
        try
        {
            while (await ReadAsync(stream, buffer).ConfigureAwait(false) is var count and > 0)
            {
                var verdict = await run.OnOutput(buffer.AsMemory(0, count)).ConfigureAwait(false);
                if (verdict == OutputVerdict.Advanced && run.StallTimeout is { } timeout)
                    stall.CancelAfter(timeout);
                else if (verdict == OutputVerdict.TooMuch)
                    await refused.CancelAsync().ConfigureAwait(false);
            }
        }
        catch
        {
            // A bug in the callback must not leave the tool blocked on a full pipe; the caller sees the exception when it drains.
            await refused.CancelAsync().ConfigureAwait(false);
            throw;
        }

        static async ValueTask<int> ReadAsync(Stream stream, byte[] buffer)
        {
            try
            {
                return await stream.ReadAsync(buffer).ConfigureAwait(false);
            }
            catch (Exception error) when (error is ObjectDisposedException or IOException)
            {
                return 0;
            }
        }
    }

    private ProcessStartInfo StartInfo(string program, IReadOnlyList<string> arguments)
    {
        string[] line = [.. _wrapper, program, .. arguments];
        var info = new ProcessStartInfo(line[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in line.AsSpan(1))
            info.ArgumentList.Add(argument);

        // FFREPORT makes ffmpeg write a log file wherever it says; AV_LOG_FORCE_COLOR puts escapes into what we keep.
        info.Environment.Remove("FFREPORT");
        info.Environment.Remove("AV_LOG_FORCE_COLOR");

        // Settings may hold keys and passwords; a decoder that is tricked by its input must not find them in its own environment.
        foreach (var name in info.Environment.Keys.Where(static name => name.StartsWith("Gateway__", StringComparison.OrdinalIgnoreCase)).ToArray())
            info.Environment.Remove(name);
        return info;
    }

    private IEnumerable<string> WrapperArguments()
    {
        if (OperatingSystem.IsWindows())
            yield break;

        if (_options.EndWithHost)
        {
            if (FindSetPriv() is { } setpriv)
            {
                foreach (var argument in (string[])[setpriv, .. ParentDeathArguments])
                    yield return argument;
            }
            else
            {
                TranscodingLog.CannotEndWithHost(_log);
            }
        }

        if (_options.Niceness > 0)
        {
            if (ToolPath.Find("nice") is { } nice)
            {
                foreach (var argument in (string[])[nice, "-n", _options.Niceness.ToString(CultureInfo.InvariantCulture), "--"])
                    yield return argument;
            }
            else
            {
                TranscodingLog.CannotBeNice(_log);
            }
        }
    }

    /// <summary>util-linux's setpriv knows the parent-death signal since 2.33, busybox's does not: tried once rather than guessed.</summary>
    private static string? FindSetPriv()
    {
        if (!OperatingSystem.IsLinux() || ToolPath.Find("setpriv") is not { } setpriv || ToolPath.Find("true") is not { } doNothing)
            return null;

        try
        {
            using var trial = Process.Start(new ProcessStartInfo(setpriv, [.. ParentDeathArguments, doNothing]) { RedirectStandardError = true, UseShellExecute = false })!;
            return trial.WaitForExit(TimeSpan.FromSeconds(5)) && trial.ExitCode == 0 ? setpriv : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
