using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Stages;

/// <summary>One step of a job. It has no state of its own: what it finds out goes into the context.</summary>
internal interface IJobStage
{
    JobStage Stage { get; }

    /// <summary>An expected failure is an outcome. Throws <see cref="OperationCanceledException"/> when stopped.</summary>
    Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken);
}
