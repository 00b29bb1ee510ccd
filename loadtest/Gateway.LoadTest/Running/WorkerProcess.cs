using System.Diagnostics;
using System.Reflection;

namespace Gateway.LoadTest.Running;

/// <summary>A worker as the coordinator sees it: this program again, under its hidden verb.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    public const string Verb = "worker";

    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <param name="plan">What it is to do.</param>
    /// <param name="cpus">The cores it may use, as taskset writes them; null for all.</param>
    public static async Task<WorkerProcess> StartAsync(WorkerPlan plan, string? cpus)
    {
        var command = new List<string>();
        if (cpus is not null)
            command.AddRange(["taskset", "-c", cpus]);
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own file.");
        command.Add(self);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
            command.Add(Assembly.GetEntryAssembly()!.Location);
        command.Add(Verb);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var worker = new WorkerProcess(Process.Start(start)!);
        await worker._process.StandardInput.WriteLineAsync(Lines.Write(plan));
        await worker._process.StandardInput.FlushAsync();
        return worker;
    }

    /// <exception cref="LoadTestException">The worker failed or died.</exception>
    public async Task<WorkerReport> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is null)
        {
            await _process.WaitForExitAsync(cancellationToken);
            throw new LoadTestException(ExitCode.RunFailed, $"A load process ended with {_process.ExitCode} in the middle of the run.");
        }

        var report = Lines.Read<WorkerReport>(line);
        return report.Type == WorkerReport.Failed ? throw new LoadTestException(ExitCode.RunFailed, report.Name) : report;
    }

    public async Task WriteAsync(WorkerCommand command)
    {
        await _process.StandardInput.WriteLineAsync(Lines.Write(command));
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input is the end of the worker, whatever it is doing.
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
