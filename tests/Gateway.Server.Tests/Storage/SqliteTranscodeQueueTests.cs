using Gateway.Server.Jobs;
using Gateway.Server.Storage.Sqlite;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Tests.Storage;

/// <summary>The workers' contract, over the durable queue.</summary>
public sealed class SqliteTranscodeQueueTests : TranscodeQueueContract, IDisposable
{
    private readonly TemporaryDatabase _temporary = new();
    private readonly SqliteJobStore _store;

    public SqliteTranscodeQueueTests()
    {
        var signals = new JobSignals();
        _store = new SqliteJobStore(_temporary.Database, signals);
        Queue = new JobQueue(_store, signals, new MediaFolders(_temporary.Data, NullLogger<MediaFolders>.Instance), Time);
    }

    protected override ITranscodeQueue Queue { get; }

    public void Dispose() => _temporary.Dispose();

    protected override async ValueTask<bool> SubmitAsync(TranscodeJob job) => await _store.CreateAsync(
        new Job
        {
            Id = job.Id,
            UserId = "u",
            FileName = job.OriginalFileName,
            ContentType = "video/mp4",
            Preset = job.Preset,
            Options = job.Options,
            InputBytes = 10,
            InputPath = job.InputPath,
            OutputDirectory = job.OutputDirectory,
            CreatedAt = Time.GetUtcNow(),
        },
        1000,
        default) is CreateJobStatus.Created;

    protected override async ValueTask<CancelRequest> RequestCancelAsync(string jobId) => await _store.RequestCancelAsync(jobId, Time.GetUtcNow(), default);
}
