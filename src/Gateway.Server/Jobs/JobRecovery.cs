namespace Gateway.Server.Jobs;

/// <summary>
/// At start, before the first worker: jobs that ran when the server died are due at once. The data directory belongs to this process alone, so
/// nobody can be at work on them.
/// </summary>
internal sealed partial class JobRecovery(IJobStore store, TimeProvider time, ILogger<JobRecovery> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await store.ExpireLeasesAsync(time.GetUtcNow(), cancellationToken) is > 0 and var count)
            LogRecovered(logger, count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4040, LogLevel.Information, "{Count} jobs ran when the server last ended; they are taken up again")]
    private static partial void LogRecovered(ILogger logger, int count);
}
