using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Workers;

/// <summary>
/// A bounded number of workers on one queue. Start sweeps what a dead process left, then the workers lease; stop leases no more, stops
/// ffmpeg, hands running jobs back to the queue and waits until all is gone, or kills at the host's deadline.
/// </summary>
/// <remarks>Registered by <see cref="TranscodingServiceCollectionExtensions.AddTranscoding"/>. Starts once; owns and awaits its workers' loops.</remarks>
public sealed class TranscodeWorkerPool : IHostedService, IAsyncDisposable
{
    private readonly WorkerServices _services;
    private readonly RunningJobs _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Lock _lock = new();
    private Task _workers = Task.CompletedTask;
    private bool _isStarted;
    private bool _isDisposed;

    internal TranscodeWorkerPool(
        ITranscodeQueue queue, ITranscodeProgress sink, TranscodingOptions options, TimeProvider time, ILogger<TranscodeWorkerPool> log, IMeterFactory? meters)
    {
        _services = new WorkerServices(
            queue, sink, options, new ToolHost(options, time, log), new TranscodingMetrics(queue, options.Workers, meters), time, log);
    }

    /// <summary>Jobs this process works on now.</summary>
    public int ActiveJobs => _running.Count;

    /// <summary>Whether ffmpeg and ffprobe are there. Without them jobs fail with <c>ffmpeg-missing</c>; looked up anew each time.</summary>
    public bool IsFfmpegAvailable => MissingTool() is null;

    /// <summary>Whether the kernel ends ffmpeg when this process is killed (see <see cref="TranscodingOptions.EndWithHost"/>).</summary>
    public bool EndsWithHost => _services.Tools.EndsWithHost;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_isStarted)
                throw new InvalidOperationException("The worker pool was started before; it starts once.");

            _isStarted = true;
        }

        var options = _services.Options;
        if (options.Workers == 0)
            return Task.CompletedTask;

        AbandonedAttempts.Sweep(options.WorkDirectory, _services.Log);
        if (MissingTool() is { } tool)
            TranscodingLog.ToolMissing(_services.Log, tool);

        TranscodingLog.Started(_services.Log, options.Workers, options.WorkerName, options.WorkDirectory);
        _workers = Task.WhenAll(Enumerable.Range(1, options.Workers).Select(StartWorker));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops a job if this process runs it; its end is reported as cancelled. A short cut beside the queue: through it alone a worker learns of
    /// a cancel at its next heartbeat. False when the job is not here.
    /// </summary>
    public bool TryCancel(string jobId) => _running.TryCancel(jobId);

    /// <param name="cancellationToken">The deadline: then what still runs is killed and its leases run out.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isDisposed)
            return;

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_running.StopAll() is > 0 and var count)
            TranscodingLog.Stopping(_services.Log, count);

        try
        {
            await _workers.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            TranscodingLog.StopDeadline(_services.Log);
            _services.Tools.KillAll();
            await _giveUp.CancelAsync().ConfigureAwait(false);
            await _workers.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;

        // Whoever did not stop it in time gets the hard way: nothing runs on behind a disposed pool.
        using var deadline = new CancellationTokenSource(_services.Options.KillGrace * 2, _services.Time);
        await StopAsync(deadline.Token).ConfigureAwait(false);
        _isDisposed = true;
        _services.Tools.Dispose();
        _services.Metrics.Dispose();
        _stopping.Dispose();
        _giveUp.Dispose();
    }

    private Task StartWorker(int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_services.Options.WorkerName}/{number}");
        var worker = new TranscodeWorker(_services, _running, id);
        return Task.Run(() => worker.RunAsync(_stopping.Token, _giveUp.Token));
    }

    private string? MissingTool() =>
        ToolPath.Find(_services.Options.FfmpegPath) is null ? _services.Options.FfmpegPath
        : ToolPath.Find(_services.Options.FfprobePath) is null ? _services.Options.FfprobePath
        : null;
}
