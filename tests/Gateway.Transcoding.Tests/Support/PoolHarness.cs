using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Support;

/// <summary>A pool on an in-memory queue, with everything in a directory of its own.</summary>
internal sealed class PoolHarness : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<TranscodeWorkerPool> _pools = [];
    private int _jobs;

    public InMemoryTranscodeQueue Queue { get; } = new();

    public RecordingProgress Progress { get; } = new();

    public string WorkDirectory => _directory["work"];

    public string OutputRoot => _directory["out"];

    /// <summary>What is temporary and not yet gone.</summary>
    public string[] Leftovers => Directory.Exists(WorkDirectory) ? Directory.GetFileSystemEntries(WorkDirectory) : [];

    /// <summary>Quick reports and quick ends; a test changes what it is about.</summary>
    public TranscodingOptions Options(Action<TranscodingOptions>? change = null)
    {
        var options = new TranscodingOptions
        {
            Workers = 1,
            WorkDirectory = WorkDirectory,
            FfmpegProgressPeriod = TimeSpan.FromMilliseconds(50),
            ProgressInterval = TimeSpan.Zero,
            RetryDelay = TimeSpan.Zero,
            MinFreeDiskBytes = 0,
            Niceness = 0,
        };
        change?.Invoke(options);
        Assert.Empty(TranscodingOptionsValidator.Problems(options));
        return options;
    }

    public async Task<TranscodeWorkerPool> StartAsync(
        Action<TranscodingOptions>? change = null, ITranscodeQueue? queue = null, ITranscodeProgress? progress = null)
    {
        var pool = new TranscodeWorkerPool(
            queue ?? Queue, progress ?? Progress, Options(change), TimeProvider.System, NullLogger<TranscodeWorkerPool>.Instance, meters: null);
        _pools.Add(pool);
        await pool.StartAsync(default);
        return pool;
    }

    public TranscodeJob Submit(string input, JobPreset? preset = null, TranscodeJobOptions? options = null)
    {
        var id = $"job{Interlocked.Increment(ref _jobs)}";
        var job = new TranscodeJob
        {
            Id = id,
            InputPath = input,
            OutputDirectory = Path.Combine(OutputRoot, id),
            OriginalFileName = "holiday.mp4",
            Preset = preset ?? JobPreset.Mp4480p,
            Options = options ?? new TranscodeJobOptions { Thumbnail = false, Preview = false },
        };
        Assert.True(Queue.TryEnqueue(job));
        return job;
    }

    public async Task<JobResult> CompleteAsync(TranscodeJob job)
    {
        var end = await Progress.WaitForEndAsync(job.Id);
        Assert.True(end is JobCompleted, (end as JobFailed)?.Error.ToString());
        return ((JobCompleted)end).Result;
    }

    public async Task<JobError> FailAsync(TranscodeJob job) => Assert.IsType<JobFailed>(await Progress.WaitForEndAsync(job.Id)).Error;

    /// <summary>Writes an executable shell script that plays ffmpeg or ffprobe.</summary>
    public string Script(string name, string body) => Scripts.Write(_directory[name], body);

    public string File(string name) => _directory[name];

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools)
            await pool.DisposeAsync();

        _directory.Dispose();
    }
}
