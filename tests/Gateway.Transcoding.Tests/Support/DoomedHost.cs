using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Support;

/// <summary>
/// The process that a test kills: a pool with one job. Arguments: work directory, input, ffmpeg, whether ffmpeg ends with it. Says
/// <c>running</c> on its standard output when ffmpeg is under way.
/// </summary>
internal static class DoomedHost
{
    public static async Task<int> RunAsync(string[] args)
    {
        var queue = new InMemoryTranscodeQueue();
        queue.TryEnqueue(new TranscodeJob
        {
            Id = "doomed",
            InputPath = args[1],
            OutputDirectory = Path.Combine(args[0], "out"),
            OriginalFileName = "x.mp4",
            Preset = JobPreset.Mp41080p,
            Options = new TranscodeJobOptions { Thumbnail = false, Preview = false },
        });
        var options = new TranscodingOptions
        {
            Workers = 1,
            WorkDirectory = Path.Combine(args[0], "work"),
            FfmpegPath = args[2],
            EndWithHost = bool.Parse(args[3]),
            FfmpegProgressPeriod = TimeSpan.FromMilliseconds(50),
            ProgressInterval = TimeSpan.Zero,
            MinFreeDiskBytes = 0,
        };
        var progress = new RecordingProgress();
        await using var pool = new TranscodeWorkerPool(queue, progress, options, TimeProvider.System, NullLogger<TranscodeWorkerPool>.Instance, meters: null);
        await pool.StartAsync(default);
        await progress.WaitForAsync<JobProgress>(static report => report is { Stage: JobStage.Transcode, StagePercent: > 0 });
        Console.WriteLine("running");
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }
}
