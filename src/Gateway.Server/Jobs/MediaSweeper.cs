using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>Removes uploads that nobody goes on with, and files whose row is gone.</summary>
internal sealed partial class MediaSweeper(
    IUploadStore uploads, IGarbageStore garbage, MediaFolders folders, UploadLocks locks, IOptions<JobsOptions> options, TimeProvider time,
    ILogger<MediaSweeper> logger) : BackgroundService
{
    private const int BatchSize = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await uploads.ListStaleAsync(time.GetUtcNow() - options.Value.UploadExpiry, BatchSize, cancellationToken))
        {
            // One that is being written to is alive, whatever its row says.
            using var held = locks.TryTake(id);
            if (held is not null && await uploads.DeleteAsync(id, cancellationToken))
                LogExpired(logger, id);
        }

        foreach (var id in await garbage.ListAsync(BatchSize, cancellationToken))
            await CollectAsync(id, cancellationToken);
    }

    /// <summary>Deletes the folder of a row that has just been deleted; what fails stays noted for the next sweep.</summary>
    public async Task CollectAsync(string id, CancellationToken cancellationToken)
    {
        if (folders.TryDelete(id))
            await garbage.ForgetAsync(id, cancellationToken);
    }

    [LoggerMessage(4051, LogLevel.Information, "Upload {Id} was abandoned and has been removed")]
    private static partial void LogExpired(ILogger logger, string id);

    [LoggerMessage(4052, LogLevel.Warning, "Abandoned uploads and files could not be swept; the next sweep tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
