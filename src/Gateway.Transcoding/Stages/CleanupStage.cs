using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Stages;

/// <summary>The result goes to its place, whole and durable; everything temporary goes away.</summary>
internal sealed class CleanupStage : IJobStage
{
    public JobStage Stage => JobStage.Cleanup;

    public Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        context.PublishedDirectory = context.Work!.Publish(context.Job.OutputDirectory);
        context.Work.Dispose();
        context.Work = null;
        context.Fact("directory", Path.GetFileName(context.PublishedDirectory));
        return Task.FromResult(StageOutcome.Completed);
    }
}
