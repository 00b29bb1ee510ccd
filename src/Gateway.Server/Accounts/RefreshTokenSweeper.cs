namespace Gateway.Server.Accounts;

/// <summary>Forgets logins that have expired, so that the table does not grow for ever.</summary>
internal sealed partial class RefreshTokenSweeper(IRefreshTokenStore store, TimeProvider time, ILogger<RefreshTokenSweeper> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                while (await store.DeleteExpiredAsync(time.GetUtcNow(), BatchSize, stoppingToken) == BatchSize)
                    await Task.Yield();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(3020, LogLevel.Warning, "Expired logins could not be deleted; the next attempt is in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
