using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding;

/// <summary>All that this library logs. Event ids from 5000 on.</summary>
internal static partial class TranscodingLog
{
    [LoggerMessage(5000, LogLevel.Information, "Transcoding with {Workers} workers as {WorkerName}, in {WorkDirectory}")]
    public static partial void Started(ILogger logger, int workers, string workerName, string workDirectory);

    [LoggerMessage(5001, LogLevel.Error, "'{Program}' was not found; jobs will fail with ffmpeg-missing until it is installed (Debian: apt-get install ffmpeg)")]
    public static partial void ToolMissing(ILogger logger, string program);

    [LoggerMessage(5002, LogLevel.Information, "Transcoding stops; {Running} running jobs go back to the queue")]
    public static partial void Stopping(ILogger logger, int running);

    [LoggerMessage(5003, LogLevel.Warning, "Transcoding did not stop in time; what still ran was killed and its leases run out")]
    public static partial void StopDeadline(ILogger logger);

    [LoggerMessage(5004, LogLevel.Warning, "Swept what a dead process left: {Attempts} attempts, {Processes} processes ended")]
    public static partial void Swept(ILogger logger, int attempts, int processes);

    [LoggerMessage(5005, LogLevel.Warning, "Could not sweep {Path}")]
    public static partial void SweepFailed(ILogger logger, string path, Exception error);

    [LoggerMessage(5006, LogLevel.Warning, "setpriv with --pdeathsig is not available: if this process is killed, its ffmpeg runs on until the next start")]
    public static partial void CannotEndWithHost(ILogger logger);

    [LoggerMessage(5007, LogLevel.Warning, "nice is not available: ffmpeg runs with the priority of this process")]
    public static partial void CannotBeNice(ILogger logger);

    [LoggerMessage(5010, LogLevel.Error, "Worker {WorkerId} could not get work; it tries again in {Delay}")]
    public static partial void LeaseFailed(ILogger logger, string workerId, TimeSpan delay, Exception error);

    [LoggerMessage(5011, LogLevel.Error, "Worker {WorkerId} survived a fault while it had job {JobId}; the lease runs out and the job is tried again")]
    public static partial void RunFaulted(ILogger logger, string workerId, string jobId, Exception error);

    [LoggerMessage(5012, LogLevel.Warning, "Heartbeat of job {JobId} failed")]
    public static partial void HeartbeatFailed(ILogger logger, string jobId, Exception error);

    [LoggerMessage(5013, LogLevel.Warning, "Lease of job {JobId} was lost; its attempt is dropped")]
    public static partial void LeaseLost(ILogger logger, string jobId);

    [LoggerMessage(5014, LogLevel.Error, "The queue did not take the end of job {JobId}; the lease runs out and the job is tried again")]
    public static partial void SettleFailed(ILogger logger, string jobId, Exception error);

    [LoggerMessage(5020, LogLevel.Information, "Job {JobId} started: attempt {Attempt}, preset {Preset}")]
    public static partial void JobStarted(ILogger logger, string jobId, int attempt, string preset);

    [LoggerMessage(5021, LogLevel.Information, "Job {JobId} completed in {Elapsed}: {InputBytes} bytes became {OutputBytes}")]
    public static partial void JobCompleted(ILogger logger, string jobId, TimeSpan elapsed, long inputBytes, long outputBytes);

    [LoggerMessage(5022, LogLevel.Warning, "Job {JobId} failed with {Code} in attempt {Attempt}, retry in {RetryAfter}: {Detail}")]
    public static partial void JobFailed(ILogger logger, string jobId, string code, int attempt, TimeSpan? retryAfter, string? detail);

    [LoggerMessage(5023, LogLevel.Information, "Job {JobId} ended: {Reason}")]
    public static partial void JobStopped(ILogger logger, string jobId, string reason);

    [LoggerMessage(5024, LogLevel.Error, "Job {JobId} met a fault in stage {Stage}")]
    public static partial void StageFaulted(ILogger logger, string jobId, string stage, Exception error);

    [LoggerMessage(5030, LogLevel.Warning, "Process {ProcessId} did not end within {Grace} of SIGTERM and was killed")]
    public static partial void ToolKilled(ILogger logger, int processId, TimeSpan grace);

    [LoggerMessage(5031, LogLevel.Warning, "The progress sink failed for job {JobId}")]
    public static partial void SinkFailed(ILogger logger, string jobId, Exception error);

    [LoggerMessage(5032, LogLevel.Warning, "Could not delete {Path}; the next start sweeps it")]
    public static partial void DeleteFailed(ILogger logger, string path, Exception error);
}
