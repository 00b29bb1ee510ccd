using System.Globalization;
using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Processes;

/// <summary>The one place where the end of a tool becomes an error of a job.</summary>
internal static class ToolFailure
{
    // 128 + signal, as .NET reports it. Not among them: SIGSEGV and SIGABRT, which the same input brings about again.
    private static readonly int[] KilledFromOutside = [128 + 1, 128 + 2, 128 + LibC.SigKill, 128 + LibC.SigTerm];

    /// <param name="exit">How ffprobe ended.</param>
    /// <param name="isIsoMedia">The input begins like an MP4: without its index it is broken, not something else.</param>
    public static JobError OfProbe(ToolExit exit, bool isIsoMedia) => Common(exit) ?? (isIsoMedia && Contains(exit, "moov atom not found")
        ? JobError.Final(JobErrorCodes.InputDamaged, "This file is incomplete: the upload or the recording was cut off before its index was written.", exit.Stderr)
        : JobError.Final(JobErrorCodes.InputNotMedia, "This file is not a video or audio file of a kind that is accepted.", exit.Stderr));

    public static JobError OfFfmpeg(ToolExit exit) => Common(exit) ?? JobError.Final(
        JobErrorCodes.FfmpegFailed,
        string.Create(CultureInfo.InvariantCulture, $"This file could not be converted (ffmpeg ended with {exit.ExitCode})."),
        exit.Stderr);

    private static JobError? Common(ToolExit exit) => exit switch
    {
        { End: ToolEnd.NotStarted } =>
            JobError.Transient(JobErrorCodes.FfmpegMissing, "Conversion is not available at the moment: ffmpeg is not installed.", exit.Stderr),
        { End: ToolEnd.TimedOut } => JobError.Final(JobErrorCodes.TimedOut, "This file took too long to convert.", exit.Stderr),
        { End: ToolEnd.Stalled } => JobError.Transient(JobErrorCodes.Stalled, "The conversion made no progress any more and was stopped.", exit.Stderr),
        { End: ToolEnd.TooMuchOutput } => JobError.Final(JobErrorCodes.InputTooManyStreams, "This file has too many streams.", exit.Stderr),
        _ when Contains(exit, "No space left on device") =>
            JobError.Transient(JobErrorCodes.DiskFull, "There is no room left on the server's disk.", exit.Stderr),
        _ when KilledFromOutside.Contains(exit.ExitCode) || Contains(exit, "Exiting normally, received signal") =>
            JobError.Transient(JobErrorCodes.FfmpegKilled, "The conversion was ended from outside.", exit.Stderr),
        _ => null,
    };

    private static bool Contains(ToolExit exit, string text) => exit.Stderr.Contains(text, StringComparison.Ordinal);
}
