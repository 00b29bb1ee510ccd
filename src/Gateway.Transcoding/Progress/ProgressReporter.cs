using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Progress;

/// <summary>Turns what the stages know into one percent that only grows, at a bounded rate.</summary>
/// <remarks>Owned by one attempt; its calls never overlap.</remarks>
internal sealed class ProgressReporter(SinkGuard sink, string jobId, int attempt, TimeSpan interval, TimeProvider time)
{
    private JobStage _stage;
    private double _lastPercent = -1;
    private long _lastReportAt;

    /// <summary>A stage begins: always said. Its percent is the end of the stage before it.</summary>
    public Task EnterAsync(JobStage stage)
    {
        _stage = stage;
        return SendAsync(0, default, eta: null, Sentence(stage));
    }

    /// <summary>Somewhere inside the stage. Said when the interval has passed and the percent has grown.</summary>
    public Task AdvanceAsync(double stageFraction, FfmpegProgress progress, TimeSpan? eta) =>
        time.GetElapsedTime(_lastReportAt) < interval ? Task.CompletedTask : SendAsync(stageFraction, progress, eta, Sentence(_stage));

    /// <summary>The very end of a job that went well.</summary>
    public Task FinishAsync() => SendAsync(1, default, TimeSpan.Zero, "Done");

    private Task SendAsync(double stageFraction, FfmpegProgress progress, TimeSpan? eta, string message)
    {
        // A NaN (0 / 0 of an empty length) counts as the start.
        var fraction = stageFraction > 0 ? Math.Min(stageFraction, 1) : 0;
        var start = _stage.StartPercent();
        var percent = Math.Round(start + ((_stage.EndPercent() - start) * fraction), 2);
        if (percent <= _lastPercent)
            return Task.CompletedTask;

        // The end of a stage is said by the start of the next one, which has the same percent.
        if (fraction == 1 && _stage != JobStage.Notification)
            return Task.CompletedTask;

        _lastPercent = percent;
        _lastReportAt = time.GetTimestamp();
        return sink.ReportAsync(new JobProgress
        {
            JobId = jobId,
            Attempt = attempt,
            Stage = _stage,
            Percent = percent,
            StagePercent = Math.Round(fraction * 100, 2),
            Fps = progress.Fps,
            Speed = progress.Speed,
            Eta = eta,
            Message = message,
        });
    }

    private static string Sentence(JobStage stage) => stage switch
    {
        JobStage.Intake => "Looking at the upload",
        JobStage.Validation => "Checking the file",
        JobStage.Metadata => "Reading its metadata",
        JobStage.Thumbnail => "Making a thumbnail",
        JobStage.Transcode => "Converting",
        JobStage.Analytics => "Making a preview and checking the result",
        JobStage.Cleanup => "Storing the result",
        JobStage.Notification => "Finishing",
        _ => stage.Name(),
    };
}
