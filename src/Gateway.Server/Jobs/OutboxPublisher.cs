using Gateway.Server.Rooms;

namespace Gateway.Server.Jobs;

/// <summary>
/// Brings the terminal events of the outbox into their rooms: in order per room, again and again with back-off until the room takes them. A room
/// that refuses holds up nobody but itself. A crash between the room's yes and the removal repeats the event under its idempotency key, so members
/// see it once.
/// </summary>
/// <remarks>One loop; its fields belong to it. The queue itself is the outbox on disk: in memory there is one batch.</remarks>
internal sealed partial class OutboxPublisher(
    IOutboxStore outbox, IRoomPublisher rooms, JobSignals signals, JobsMetrics metrics, TimeProvider time, ILogger<OutboxPublisher> logger) : BackgroundService
{
    private const int BatchSize = 64;

    // More rooms than this refusing at once is no affair of single rooms: then all wait.
    private const int MaxRefusing = 256;
    private static readonly TimeSpan MinBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(15);

    // The room gets this long for an answer; then it counts as one that does not answer.
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10);

    // Rooms that refused last time: how long they wait, and until when. Left at the next yes.
    private readonly Dictionary<string, (TimeSpan Backoff, DateTimeOffset Until)> _refusing = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var grew = signals.Outbox;
            try
            {
                if (!await PublishBatchAsync(stoppingToken))
                    await WaitAsync(grew, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, exception);
                await Task.Delay(MaxBackoff, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Until there is something new, or a room that refused is due.</summary>
    private async Task WaitAsync(Task grew, CancellationToken stoppingToken)
    {
        if (_refusing.Count == 0)
        {
            await grew.WaitAsync(stoppingToken);
            return;
        }

        var wait = _refusing.Values.Min(static each => each.Until) - time.GetUtcNow();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var due = Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop.Token);
        await (_refusing.Count < MaxRefusing ? Task.WhenAny(grew, due) : due);
        await stop.CancelAsync();
        await due.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
    }

    /// <summary>False when there is nothing to do now.</summary>
    private async Task<bool> PublishBatchAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        var waiting = _refusing.Where(each => each.Value.Until > now).Select(static each => each.Key).ToHashSet(StringComparer.Ordinal);
        if (waiting.Count >= MaxRefusing)
            return false;

        var events = await outbox.ReadAsync(BatchSize, waiting, stoppingToken);
        var settled = new List<long>(events.Count);
        try
        {
            foreach (var each in events)
            {
                // Behind one that waits, the room's later ones wait too.
                if (waiting.Contains(each.Room))
                    continue;

                if (await TryPublishAsync(each, stoppingToken))
                {
                    settled.Add(each.Sequence);
                    _refusing.Remove(each.Room);
                }
                else
                {
                    waiting.Add(each.Room);
                    Refused(each.Room);
                }
            }
        }
        finally
        {
            if (settled.Count > 0)
                await outbox.RemoveAsync(settled, CancellationToken.None);
        }

        return events.Count > 0;
    }

    private void Refused(string room)
    {
        var backoff = _refusing.TryGetValue(room, out var last) ? last.Backoff * 2 : MinBackoff;
        if (backoff > MaxBackoff)
            backoff = MaxBackoff;

        // Half to full: nodes that lost the same room do not come back as one.
        _refusing[room] = (backoff, time.GetUtcNow() + (backoff * (0.5 + (Random.Shared.NextDouble() / 2))));
    }

    /// <summary>True when the event is settled: taken, or never to be taken.</summary>
    private async Task<bool> TryPublishAsync(OutboxEvent each, CancellationToken stoppingToken)
    {
        try
        {
            var result = await rooms.PublishAsync(each.Room, each.EventName, each.Payload, new PublishOptions(IdempotencyKey: each.IdempotencyKey), stoppingToken)
                .AsTask().WaitAsync(PublishTimeout, time, stoppingToken);
            metrics.TerminalPublished(result.Status);
            switch (result.Status)
            {
                case PublishStatus.Accepted or PublishStatus.Duplicate:
                    return true;
                case PublishStatus.Overloaded or PublishStatus.Unavailable:
                    LogRetry(logger, each.Room, each.EventName, result.Status);
                    return false;
                default:
                    LogRefused(logger, each.Room, each.EventName, result.Status);
                    return true;
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(logger, exception);
            return false;
        }
    }

    [LoggerMessage(4030, LogLevel.Debug, "{Room} did not take {EventName} ({Status}); it is tried again")]
    private static partial void LogRetry(ILogger logger, string room, string eventName, PublishStatus status);

    [LoggerMessage(4031, LogLevel.Error, "{Room} refuses {EventName} for good ({Status}); the event is dropped, the job's row tells its end")]
    private static partial void LogRefused(ILogger logger, string room, string eventName, PublishStatus status);

    [LoggerMessage(4032, LogLevel.Warning, "Terminal events of jobs could not be published; they are kept and tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
