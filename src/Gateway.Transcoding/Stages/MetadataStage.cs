using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Stages;

/// <summary>
/// Completes what ffprobe said. Recordings of browsers and raw streams carry no duration, without which there is no percent, no limit and no
/// check: then the file is read through once (no decoding: the speed of the disk).
/// </summary>
internal sealed class MetadataStage : IJobStage
{
    public JobStage Stage => JobStage.Metadata;

    public async Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var media = context.Input!;
        if (media.Duration is null)
        {
            var end = TimeSpan.Zero;
            var exit = await context.RunFfmpegAsync(
                new FfmpegInput(context.Job.InputPath),
                OutputArguments.Measure(media),
                context.Options.MaxDuration,
                progress =>
                {
                    end = progress.OutTime ?? end;
                    return default;
                },
                cancellationToken).ConfigureAwait(false);
            if (!exit.Succeeded)
                return ToolFailure.OfFfmpeg(exit);

            media = media with { Duration = end };
            context.Fact("durationMeasured", true);
            if ((ValidationStage.CheckLength(end, context.Options) ?? ValidationStage.CheckCut(context.Job.Options, end)) is { } error)
                return error;
        }

        context.Input = media;
        context.Length = LengthOf(context.Job.Options, media.Duration ?? TimeSpan.Zero);
        AddFacts(context, media);
        return StageOutcome.Completed;
    }

    private static TimeSpan LengthOf(TranscodeJobOptions options, TimeSpan duration)
    {
        var rest = duration - (options.StartAt ?? TimeSpan.Zero);
        return options.Length < rest ? options.Length.Value : rest;
    }

    private static void AddFacts(JobContext context, MediaInfo media)
    {
        context.Fact("durationSeconds", media.Duration?.TotalSeconds);
        context.Fact("width", media.Video?.Width);
        context.Fact("height", media.Video?.Height);
        context.Fact("rotation", media.Video?.RotationDegrees);
        context.Fact("fps", media.Video?.FramesPerSecond);
        context.Fact("videoCodec", media.Video?.Codec);
        context.Fact("audioCodec", media.Audio?.Codec);
        context.Fact("audioChannels", media.Audio?.Channels);
    }
}
