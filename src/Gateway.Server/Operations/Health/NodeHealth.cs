using System.Collections.Concurrent;
using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Health;

/// <summary>Asks all readiness checks and remembers since when each has been failing. Safe from any thread.</summary>
internal sealed partial class NodeHealth(
    IEnumerable<IReadinessCheck> checks,
    NodeLifecycle lifecycle,
    IOptions<NodeOptions> node,
    IOptions<HealthOptions> options,
    TimeProvider time,
    ILogger<NodeHealth> logger)
{
    private readonly IReadinessCheck[] _checks = [.. checks];
    private readonly ConcurrentDictionary<string, long> _failingSince = new(StringComparer.Ordinal);

    /// <summary>The process answers; that is all an orchestrator should restart it for.</summary>
    public HealthReport Live() => new("live", node.Value.Name, Name(lifecycle.State), []);

    public async ValueTask<HealthReport> ReadyAsync(CancellationToken cancellationToken)
    {
        var state = lifecycle.State;
        var outcomes = await Task.WhenAll(_checks.Select(check => AskAsync(check, cancellationToken))).ConfigureAwait(false);
        var isReady = state == NodeState.Ready && outcomes.All(outcome => outcome.Ready);
        return new(isReady ? "ready" : "not-ready", node.Value.Name, Name(state), outcomes);
    }

    private async Task<CheckOutcome> AskAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        var result = await CheckAsync(check, cancellationToken).ConfigureAwait(false);
        if (result.IsReady)
        {
            _failingSince.TryRemove(check.Name, out _);
            return new(check.Name, Ready: true, result.Sentence);
        }

        var since = _failingSince.GetOrAdd(check.Name, static (_, clock) => clock.GetTimestamp(), time);
        var isTolerated = time.GetElapsedTime(since) < check.Grace;
        return new(check.Name, isTolerated, isTolerated ? $"{result.Sentence} (tolerated for {check.Grace})" : result.Sentence);
    }

    private async Task<ReadinessResult> CheckAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        var limit = options.Value.CheckTimeout;
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await check.CheckAsync(either.Token).AsTask().WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return ReadinessResult.NotReady($"no answer within {limit.TotalMilliseconds:F0} ms");
        }
        catch (Exception e)
        {
            LogFailed(e, check.Name);
            return ReadinessResult.NotReady("the check failed; the log has the cause");
        }
    }

    private static string Name(NodeState state) => state switch
    {
        NodeState.Starting => "starting",
        NodeState.Ready => "ready",
        NodeState.Draining => "draining",
        _ => "stopped",
    };

    [LoggerMessage(EventId = 9020, Level = LogLevel.Warning, Message = "Readiness check {Check} failed")]
    private partial void LogFailed(Exception exception, string check);
}
