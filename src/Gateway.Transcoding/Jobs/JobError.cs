namespace Gateway.Transcoding.Jobs;

/// <summary>Why a job failed: a stable code from <see cref="JobErrorCodes"/>, a sentence for the user, and whether trying again may help.</summary>
public sealed record JobError(string Code, string Message, bool Retryable)
{
    /// <summary>For operators: the end of ffmpeg's log or an exception. May hold paths of the server; never show it to users.</summary>
    public string? Detail { get; init; }

    public static JobError Final(string code, string message, string? detail = null) => new(code, message, Retryable: false) { Detail = detail };

    public static JobError Transient(string code, string message, string? detail = null) => new(code, message, Retryable: true) { Detail = detail };
}
