namespace Gateway.Transcoding.Jobs;

/// <summary>Every code a job can end with. Clients switch on them: they are never renamed.</summary>
public static class JobErrorCodes
{
    /// <summary>The input file is no longer there. Final.</summary>
    public const string InputMissing = "input-missing";

    /// <summary>The input has no bytes. Final.</summary>
    public const string InputEmpty = "input-empty";

    /// <summary>More bytes than <see cref="TranscodingOptions.MaxInputBytes"/>. Final.</summary>
    public const string InputTooLarge = "input-too-large";

    /// <summary>Not a media file, or of a format that is not accepted. Final.</summary>
    public const string InputNotMedia = "input-not-media";

    /// <summary>A media file that is cut off or damaged. Final.</summary>
    public const string InputDamaged = "input-damaged";

    /// <summary>Media, but no picture in it, and the preset needs one. Final.</summary>
    public const string InputNoVideo = "input-no-video";

    /// <summary>Media, but no sound in it, and the preset needs one. Final.</summary>
    public const string InputNoAudio = "input-no-audio";

    /// <summary>Longer than <see cref="TranscodingOptions.MaxDuration"/>. Final.</summary>
    public const string InputTooLong = "input-too-long";

    /// <summary>A frame has more pixels than <see cref="TranscodingOptions.MaxPixels"/>. Final.</summary>
    public const string InputTooManyPixels = "input-too-many-pixels";

    /// <summary>More streams than <see cref="TranscodingOptions.MaxStreams"/>. Final.</summary>
    public const string InputTooManyStreams = "input-too-many-streams";

    /// <summary>The job's own options make no sense for this input. Final.</summary>
    public const string InvalidOptions = "invalid-options";

    /// <summary>ffmpeg ended with an error of its own. Final: the same input ends the same way.</summary>
    public const string FfmpegFailed = "ffmpeg-failed";

    /// <summary>Something else ended ffmpeg, for example the kernel for want of memory. Retryable.</summary>
    public const string FfmpegKilled = "ffmpeg-killed";

    /// <summary>ffmpeg or ffprobe is not installed where the options say. Retryable.</summary>
    public const string FfmpegMissing = "ffmpeg-missing";

    /// <summary>The time limit of the job ran out. Final.</summary>
    public const string TimedOut = "timed-out";

    /// <summary>ffmpeg lived but made no progress. Retryable.</summary>
    public const string Stalled = "stalled";

    /// <summary>The user cancelled. Final; reported as cancelled, not as an error.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>No room left on the disk. Retryable.</summary>
    public const string DiskFull = "disk-full";

    /// <summary>Every attempt ended with its worker dead. Final.</summary>
    public const string AttemptsExhausted = "attempts-exhausted";

    /// <summary>A fault of ours. Retryable.</summary>
    public const string Internal = "internal";
}
