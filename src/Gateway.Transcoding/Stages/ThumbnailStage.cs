using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Stages;

/// <summary>
/// A JPEG of the frame at a tenth of the clip (the first ones are often black). Wanted, not needed: when a frame cannot be had, the job goes on without.
/// </summary>
internal sealed class ThumbnailStage : IJobStage
{
    private const string FileName = "thumbnail.jpg";

    // Further in, seeking in files without an index takes longer than it is worth.
    private static readonly TimeSpan FurthestPosition = TimeSpan.FromSeconds(30);

    public JobStage Stage => JobStage.Thumbnail;

    public async Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (!context.Job.Options.Thumbnail || context.Input!.Video is not { } video)
            return StageOutcome.Skipped;

        var start = context.Job.Options.StartAt ?? TimeSpan.Zero;
        var tenth = context.Length / 10;
        var position = start + (tenth < FurthestPosition ? tenth : FurthestPosition);

        // Some files have no frame behind the position that their length promises: the first one will do.
        foreach (var at in (TimeSpan[])[position, TimeSpan.Zero])
        {
            var exit = await context.RunFfmpegAsync(
                new FfmpegInput(context.Job.InputPath) { StartAt = at },
                OutputArguments.Thumbnail(video, context.Options.ThreadsPerJob, context.PathOf(FileName)),
                TimeSpan.Zero,
                static _ => default,
                cancellationToken).ConfigureAwait(false);
            if (exit.Succeeded && new FileInfo(context.PathOf(FileName)) is { Exists: true, Length: > 0 } file)
            {
                context.Fact("bytes", file.Length);
                context.Fact("atSeconds", at.TotalSeconds);
                context.Add(OutputKind.Thumbnail, FileName, "image/jpeg");
                return StageOutcome.Completed;
            }

            // A fault of the machine, not of the file: the whole job is tried again.
            if (ToolFailure.OfFfmpeg(exit) is { Retryable: true } error)
                return error;
        }

        File.Delete(context.PathOf(FileName));
        context.Fact("reason", "no frame could be decoded");
        return StageOutcome.Skipped;
    }
}
