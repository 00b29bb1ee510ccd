using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Jobs;

/// <summary>What of a job its history must be able to rebuild: all but the readings of a running attempt.</summary>
internal sealed record JobState(
    JobStatus Status,
    int Attempt,
    int AttemptBase,
    bool CancelRequested,
    string UserId,
    string FileName,
    JobPreset Preset,
    long InputBytes,
    JobFault? Error,
    long? OutputBytes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt)
{
    public static JobState Of(Job job) => new(
        job.Status, job.Attempt, job.AttemptBase, job.CancelRequested, job.UserId, job.FileName, job.Preset, job.InputBytes, job.Error,
        job.Result?.OutputBytes, job.CreatedAt, job.StartedAt, job.CompletedAt);
}
