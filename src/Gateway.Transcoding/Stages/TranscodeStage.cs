using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Stages;

internal sealed class TranscodeStage : IJobStage
{
    public JobStage Stage => JobStage.Transcode;

    public async Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var length = context.Length;
        var source = context.Source;
        if (context.Job.Preset.Kind == PresetKind.Gif && length > context.Options.MaxGifLength)
        {
            length = context.Options.MaxGifLength;
            source = source with { Length = length };
        }

        var last = default(FfmpegProgress);
        var exit = await context.RunFfmpegAsync(
            source,
            OutputArguments.For(context.Job.Preset, context.Input!, context.Options.ThreadsPerJob, context.MainPath),
            length,
            progress =>
            {
                last = progress;
                return new(context.Progress.AdvanceAsync((progress.OutTime ?? TimeSpan.Zero) / length, progress, Eta(length, progress)));
            },
            cancellationToken).ConfigureAwait(false);

        context.Fact("frames", last.Frame);
        context.Fact("fps", last.Fps);
        context.Fact("speed", last.Speed);
        context.Fact("droppedFrames", last.DroppedFrames);
        context.Fact("exitCode", exit.ExitCode);
        if (!exit.Succeeded)
            return ToolFailure.OfFfmpeg(exit);

        context.Length = length;
        context.AddMain();
        return StageOutcome.Completed;
    }

    private static TimeSpan? Eta(TimeSpan length, FfmpegProgress progress)
    {
        if (progress.Speed is not > 0.001 || progress.OutTime is not { } done)
            return null;

        return done < length ? (length - done) / progress.Speed.Value : TimeSpan.Zero;
    }
}
