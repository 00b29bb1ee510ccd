using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Draining;

/// <summary>
/// Moves the node through its states. The host calls <see cref="StoppingAsync"/> before it stops any service, so that during the drain Kestrel
/// still listens, probes are answered and uploads go on; what is left of the deadline is Kestrel's for requests in flight.
/// </summary>
internal sealed partial class DrainService(
    NodeLifecycle lifecycle, IEnumerable<IDrainStep> steps, IOptions<DrainOptions> options, TimeProvider time, ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        lifecycle.MoveTo(NodeState.Ready);
        return Task.CompletedTask;
    }

    /// <param name="cancellationToken">The host's time limit, which is <see cref="DrainOptions.Deadline"/>.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!lifecycle.MoveTo(NodeState.Draining))
            return;
        var ordered = steps.OrderBy(step => step.Order).ToList();
        LogDraining(ordered.Count, options.Value.Deadline);
        try
        {
            if (options.Value.NotReadyDelay > TimeSpan.Zero)
                await Task.Delay(options.Value.NotReadyDelay, time, cancellationToken).ConfigureAwait(false);
            foreach (var step in ordered)
                await RunAsync(step, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogDeadline(options.Value.Deadline);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        lifecycle.MoveTo(NodeState.Stopped);
        return Task.CompletedTask;
    }

    /// <summary>A step that fails must not keep the others from being done.</summary>
    private async Task RunAsync(IDrainStep step, CancellationToken deadline)
    {
        deadline.ThrowIfCancellationRequested();
        var started = Stopwatch.GetTimestamp();
        try
        {
            await step.DrainAsync(deadline).WaitAsync(deadline).ConfigureAwait(false);
            var elapsed = Stopwatch.GetElapsedTime(started);
            LogStep(step.Name, elapsed);
        }
        catch (Exception e) when (!deadline.IsCancellationRequested)
        {
            LogStepFailed(e, step.Name);
        }
    }

    [LoggerMessage(EventId = 9010, Level = LogLevel.Information, Message = "Draining: not ready any more, {Steps} steps, at most {Deadline}")]
    private partial void LogDraining(int steps, TimeSpan deadline);

    [LoggerMessage(EventId = 9011, Level = LogLevel.Information, Message = "Drain step {Step} took {Elapsed}")]
    private partial void LogStep(string step, TimeSpan elapsed);

    [LoggerMessage(EventId = 9012, Level = LogLevel.Error, Message = "Drain step {Step} failed; the others go on")]
    private partial void LogStepFailed(Exception exception, string step);

    [LoggerMessage(EventId = 9013, Level = LogLevel.Warning, Message = "The drain reached its deadline of {Deadline}; what is still open is cut off")]
    private partial void LogDeadline(TimeSpan deadline);
}
