using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;

namespace Gateway.Transcoding.Stages;

internal readonly record struct StageOutcome(OperationStatus Status, JobError? Error)
{
    public static StageOutcome Completed => new(OperationStatus.Completed, null);

    public static StageOutcome Skipped => new(OperationStatus.Skipped, null);

    public static implicit operator StageOutcome(JobError error) => new(OperationStatus.Failed, error);
}
