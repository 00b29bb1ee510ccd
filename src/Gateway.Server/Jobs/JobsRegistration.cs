using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Settings;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Storage;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

internal static class JobsRegistration
{
    /// <summary>Needs accounts, and an <see cref="IRoomPublisher"/>.</summary>
    public static void AddJobs(this WebApplicationBuilder builder)
    {
        builder.AddSqlite();
        var services = builder.Services;
        services.AddGatewayOptions<JobsOptions>(JobsOptions.SectionName);
        services.AddSingleton<JobSignals>();
        services.TryAddSingleton<IJobStore, SqliteJobStore>();
        services.TryAddSingleton<IUploadStore, SqliteUploadStore>();
        services.TryAddSingleton<IOutboxStore, SqliteOutboxStore>();
        services.TryAddSingleton<IGarbageStore, SqliteGarbageStore>();
        services.AddSingleton<MediaFolders>();
        services.AddSingleton<JobsMetrics>();
        services.AddSingleton<UploadLocks>();
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton<Uploads>();
        services.AddSingleton<DownloadLinks>();
        services.AddSingleton<JobPresentation>();
        services.AddSingleton<JobAccess>();
        services.AddSingleton<IRoomOwners, JobRoomOwners>();
        services.AddSingleton<MediaSweeper>();
        services.AddHostedService(static provider => provider.GetRequiredService<MediaSweeper>());
        services.AddHostedService<OutboxPublisher>();
        services.AddSingleton<IDrainStep, WorkersDrain>();
        // Before the workers: see its remarks.
        services.AddHostedService<JobRecovery>();
        AddWorkers(builder);
    }

    public static void MapJobs(this WebApplication app)
    {
        UploadEndpoints.Map(app);
        JobsEndpoints.Map(app);
        DownloadEndpoint.Map(app);
        ServiceEndpoints.Map(app);
    }

    private static void AddWorkers(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ITranscodeQueue, JobQueue>();
        services.AddSingleton<ProgressPublisher>();
        services.AddSingleton<ITranscodeProgress>(static provider => provider.GetRequiredService<ProgressPublisher>());

        // Our defaults; what is configured is bound after them and wins. On the disk of the results, so that these are renamed, not copied.
        services.AddOptions<TranscodingOptions>().Configure<IConfiguration, IOptions<JobsOptions>>(static (workers, configuration, jobs) =>
        {
            workers.WorkDirectory = Path.Combine(DataDirectory.Locate(configuration), "work");
            workers.MaxInputBytes = Math.Max(workers.MaxInputBytes, jobs.Value.MaxUploadBytes);
        });
        services.AddGatewayOptions<TranscodingOptions>(TranscodingOptions.SectionName);
        services.AddTranscoding();
    }
}
