using Microsoft.Extensions.Options;

namespace Gateway.Transcoding;

/// <summary>Says in sentences what is wrong, all at once.</summary>
internal sealed class TranscodingOptionsValidator : IValidateOptions<TranscodingOptions>
{
    public ValidateOptionsResult Validate(string? name, TranscodingOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    internal static IEnumerable<string> Problems(TranscodingOptions options)
    {
        const string Section = TranscodingOptions.SectionName;
        if (options.Workers is < 0 or > 256)
            yield return $"{Section}:Workers is {options.Workers}, but must be 0 (lease nothing) to 256.";
        if (string.IsNullOrWhiteSpace(options.WorkerName))
            yield return $"{Section}:WorkerName is empty; give each process a name of its own.";
        if (string.IsNullOrWhiteSpace(options.FfmpegPath))
            yield return $"{Section}:FfmpegPath is empty; set it to ffmpeg's path, or to 'ffmpeg' to find it in PATH.";
        if (string.IsNullOrWhiteSpace(options.FfprobePath))
            yield return $"{Section}:FfprobePath is empty; set it to ffprobe's path, or to 'ffprobe' to find it in PATH.";
        if (!Path.IsPathFullyQualified(options.WorkDirectory) || Path.GetPathRoot(options.WorkDirectory) == options.WorkDirectory)
            yield return $"{Section}:WorkDirectory is '{options.WorkDirectory}', but must be an absolute path below the root, used for nothing else.";
        if (options.MaxInputBytes < 1)
            yield return $"{Section}:MaxInputBytes is {options.MaxInputBytes}, but must be at least 1.";
        if (options.MaxPixels < 1)
            yield return $"{Section}:MaxPixels is {options.MaxPixels}, but must be at least 1.";
        if (options.MaxStreams < 1)
            yield return $"{Section}:MaxStreams is {options.MaxStreams}, but must be at least 1.";
        if (options.MinFreeDiskBytes < 0)
            yield return $"{Section}:MinFreeDiskBytes is {options.MinFreeDiskBytes}, but must not be negative.";
        if (double.IsNaN(options.TimeLimitFactor) || options.TimeLimitFactor is <= 0 or > 1000)
            yield return $"{Section}:TimeLimitFactor is {options.TimeLimitFactor}, but must be above 0 and at most 1000 times the media's length.";
        if (options.ThreadsPerJob is < 0 or > 64)
            yield return $"{Section}:ThreadsPerJob is {options.ThreadsPerJob}, but must be 0 (ffmpeg chooses) to 64.";
        if (options.Niceness is < 0 or > 19)
            yield return $"{Section}:Niceness is {options.Niceness}, but must be 0 (like the gateway) to 19 (only what is left over).";
        if (options.StderrBytes is < 256 or > 1024 * 1024)
            yield return $"{Section}:StderrBytes is {options.StderrBytes}, but must be 256 to 1,048,576.";
        if (options.MaxAttempts is < 1 or > 100)
            yield return $"{Section}:MaxAttempts is {options.MaxAttempts}, but must be 1 to 100.";
        if (options.AllowedFormats.Count == 0 || options.AllowedFormats.Any(static format => format.Length == 0 || !format.All(IsFormatCharacter)))
            yield return $"{Section}:AllowedFormats must name at least one ffmpeg demuxer, with letters, digits and '_' only.";

        foreach (var (setting, value, min, max) in Durations(options))
        {
            if (value < min || value > max)
                yield return $"{Section}:{setting} is {value}, but must be {min} to {max}.";
        }

        if (options.MaxRetryDelay < options.RetryDelay)
            yield return $"{Section}:MaxRetryDelay ({options.MaxRetryDelay}) is below RetryDelay ({options.RetryDelay}); raise it or lower the other.";
        if (options.StallTimeout <= options.FfmpegProgressPeriod * 2)
            yield return $"{Section}:StallTimeout ({options.StallTimeout}) must be more than twice FfmpegProgressPeriod ({options.FfmpegProgressPeriod}), or every job looks stalled.";
    }

    private static bool IsFormatCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    // Upper ends keep a typing error (seconds for milliseconds) from becoming a job that never ends, and timers inside their range.
    private static IEnumerable<(string Setting, TimeSpan Value, TimeSpan Min, TimeSpan Max)> Durations(TranscodingOptions options)
    {
        var millisecond = TimeSpan.FromMilliseconds(1);
        var day = TimeSpan.FromDays(1);
        yield return (nameof(options.MaxDuration), options.MaxDuration, millisecond, day * 30);
        yield return (nameof(options.MinTimeLimit), options.MinTimeLimit, millisecond, day);
        yield return (nameof(options.StallTimeout), options.StallTimeout, millisecond, day);
        yield return (nameof(options.FfmpegProgressPeriod), options.FfmpegProgressPeriod, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        yield return (nameof(options.ProgressInterval), options.ProgressInterval, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        yield return (nameof(options.ProgressTimeout), options.ProgressTimeout, millisecond, TimeSpan.FromMinutes(5));
        yield return (nameof(options.KillGrace), options.KillGrace, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        yield return (nameof(options.LeaseTime), options.LeaseTime, millisecond * 100, day);
        yield return (nameof(options.PollInterval), options.PollInterval, millisecond * 10, TimeSpan.FromHours(1));
        yield return (nameof(options.RetryDelay), options.RetryDelay, TimeSpan.Zero, day);
        yield return (nameof(options.MaxRetryDelay), options.MaxRetryDelay, TimeSpan.Zero, day);
        yield return (nameof(options.MaxGifLength), options.MaxGifLength, millisecond * 100, TimeSpan.FromMinutes(5));
    }
}
