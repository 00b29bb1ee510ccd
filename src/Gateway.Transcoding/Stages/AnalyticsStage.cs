using System.Globalization;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Stages;

/// <summary>Looks at what was made: ffprobe must understand it, and it must be as long as its input. Then a preview, and the figures.</summary>
internal sealed class AnalyticsStage : IJobStage
{
    private const string PreviewFileName = "preview.gif";

    // What containers round, encoders pad and streams of one file differ by.
    private const double LengthToleranceFraction = 0.1;
    private static readonly TimeSpan LengthTolerance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PreviewLength = TimeSpan.FromSeconds(3);

    public JobStage Stage => JobStage.Analytics;

    public async Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var probe = await context.ProbeAsync(context.MainPath, cancellationToken).ConfigureAwait(false);
        if (!probe.Succeeded)
        {
            return probe.Error.Retryable
                ? probe.Error
                : JobError.Final(JobErrorCodes.FfmpegFailed, "This file could not be converted: the result cannot be read.", probe.Error.Detail);
        }

        if (CheckLength(context, probe.Media) is { } error)
            return error;

        if (await MakePreviewAsync(context, cancellationToken).ConfigureAwait(false) is { } failure)
            return failure;

        context.Output = probe.Media;
        context.Analytics = Analyse(context, probe.Media);
        AddFacts(context, context.Analytics);
        return StageOutcome.Completed;
    }

    /// <summary>A file that was cut off after its index decodes up to the cut without an error: its result is too short, and that must be said.</summary>
    private static JobError? CheckLength(JobContext context, MediaInfo output)
    {
        var expected = context.Job.Preset.Kind == PresetKind.Audio && context.Input!.Audio!.Duration < context.Length
            ? context.Input.Audio.Duration.Value
            : context.Length;
        var missing = expected - (output.Duration ?? TimeSpan.Zero);
        if (missing <= LengthTolerance || missing <= expected * LengthToleranceFraction)
            return null;

        return JobError.Final(
            JobErrorCodes.InputDamaged,
            string.Create(
                CultureInfo.InvariantCulture,
                $"This file is incomplete or damaged: it says it is {expected.TotalSeconds:0.#} s long, but only {(output.Duration ?? TimeSpan.Zero).TotalSeconds:0.#} s can be read."));
    }

    /// <summary>Wanted, not needed: only a fault of the machine fails the job.</summary>
    private static async Task<JobError?> MakePreviewAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (!context.Job.Options.Preview || context.Job.Preset.Kind is PresetKind.Audio or PresetKind.Gif || context.Input!.Video is not { } video)
            return null;

        var path = context.PathOf(PreviewFileName);
        var exit = await context.RunFfmpegAsync(
            context.Source with { Length = context.Length < PreviewLength ? context.Length : PreviewLength },
            OutputArguments.Preview(video, context.Options.ThreadsPerJob, path),
            PreviewLength,
            static _ => default,
            cancellationToken).ConfigureAwait(false);
        if (exit.Succeeded && new FileInfo(path) is { Exists: true, Length: > 0 } file)
        {
            context.Add(OutputKind.Preview, PreviewFileName, "image/gif");
            context.Fact("previewBytes", file.Length);
            return null;
        }

        File.Delete(path);
        return exit.Succeeded || ToolFailure.OfFfmpeg(exit) is not { Retryable: true } error ? null : error;
    }

    private static JobAnalytics Analyse(JobContext context, MediaInfo output)
    {
        var bytes = new FileInfo(context.MainPath).Length;
        var duration = output.Duration ?? context.Length;
        return new JobAnalytics
        {
            InputBytes = context.InputBytes,
            OutputBytes = bytes,
            MediaDuration = duration,
            ProcessingTime = context.Elapsed,
            OutputBitsPerSecond = duration > TimeSpan.Zero ? (long)(bytes * 8 / duration.TotalSeconds) : 0,
        };
    }

    private static void AddFacts(JobContext context, JobAnalytics analytics)
    {
        context.Fact("inputBytes", analytics.InputBytes);
        context.Fact("outputBytes", analytics.OutputBytes);
        context.Fact("compressionRatio", Math.Round(analytics.CompressionRatio, 3));
        context.Fact("durationSeconds", analytics.MediaDuration.TotalSeconds);
        context.Fact("processingSeconds", Math.Round(analytics.ProcessingTime.TotalSeconds, 3));
        context.Fact("bitsPerSecond", analytics.OutputBitsPerSecond);
    }
}
