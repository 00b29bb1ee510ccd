using System.Globalization;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;

namespace Gateway.Transcoding.Stages;

internal sealed class ValidationStage : IJobStage
{
    public JobStage Stage => JobStage.Validation;

    public async Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var probe = await context.ProbeAsync(context.Job.InputPath, cancellationToken).ConfigureAwait(false);
        if (!probe.Succeeded)
            return probe.Error;

        context.Input = probe.Media with { SizeBytes = context.InputBytes };
        context.Fact("format", probe.Media.Format);
        context.Fact("streams", probe.Media.StreamCount);
        return Check(context.Job, probe.Media, context.Options) is { } error ? error : StageOutcome.Completed;
    }

    internal static JobError? Check(TranscodeJob job, MediaInfo media, TranscodingOptions options)
    {
        if (media.StreamCount > options.MaxStreams)
        {
            return JobError.Final(
                JobErrorCodes.InputTooManyStreams,
                string.Create(CultureInfo.InvariantCulture, $"This file has {media.StreamCount} streams; at most {options.MaxStreams} are accepted."));
        }

        if (job.Preset.HasPicture && media.Video is null)
        {
            return JobError.Final(
                JobErrorCodes.InputNoVideo,
                media.Audio is null ? "This file has no video in it." : "This file has sound but no video in it; the preset 'audio' takes it.");
        }

        if (!job.Preset.HasPicture && media.Audio is null)
            return JobError.Final(JobErrorCodes.InputNoAudio, "This file has no sound in it, which the preset 'audio' needs.");

        if (media.Video is { } video && (long)video.CodedWidth * video.CodedHeight > options.MaxPixels)
        {
            return JobError.Final(
                JobErrorCodes.InputTooManyPixels,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The picture is {video.CodedWidth} x {video.CodedHeight}; at most {options.MaxPixels:N0} pixels are accepted."));
        }

        return CheckLength(media.Duration, options) ?? CheckCut(job.Options, media.Duration);
    }

    internal static JobError? CheckLength(TimeSpan? duration, TranscodingOptions options) => duration > options.MaxDuration
        ? JobError.Final(
            JobErrorCodes.InputTooLong,
            string.Create(CultureInfo.InvariantCulture, $"This file is {duration.Value:c} long; at most {options.MaxDuration:c} is accepted."))
        : null;

    internal static JobError? CheckCut(TranscodeJobOptions options, TimeSpan? duration)
    {
        if (options.StartAt < TimeSpan.Zero)
            return JobError.Final(JobErrorCodes.InvalidOptions, "The start of the cut lies before the start of the file.");
        if (options.Length <= TimeSpan.Zero)
            return JobError.Final(JobErrorCodes.InvalidOptions, "The cut has no length.");

        return options.StartAt >= duration ? JobError.Final(JobErrorCodes.InvalidOptions, "The start of the cut lies behind the end of the file.") : null;
    }
}
