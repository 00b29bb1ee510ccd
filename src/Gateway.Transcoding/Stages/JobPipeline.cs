using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Workers;

namespace Gateway.Transcoding.Stages;

/// <summary>Takes one attempt through its stages, up to the result on disk. Each stage leaves a row in the history.</summary>
internal sealed class JobPipeline(SinkGuard sink, StopSignal stop, TimeProvider time)
{
    private const int DiskFullErrno = 28;

    private static readonly IJobStage[] Stages =
        [new IntakeStage(), new ValidationStage(), new MetadataStage(), new ThumbnailStage(), new TranscodeStage(), new AnalyticsStage(), new CleanupStage()];

    /// <summary>Null when all stages went well. Throws <see cref="OperationCanceledException"/> when stopped.</summary>
    public async Task<JobError?> RunAsync(JobContext context)
    {
        foreach (var stage in Stages)
        {
            stop.Token.ThrowIfCancellationRequested();
            await context.Progress.EnterAsync(stage.Stage).ConfigureAwait(false);
            context.Facts.Clear();
            var startedAt = time.GetUtcNow();
            var timestamp = time.GetTimestamp();
            StageOutcome outcome;
            try
            {
                outcome = await RunStageAsync(stage, context).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                if (stop.Reason != StopReason.LeaseLost)
                {
                    context.Fact("reason", Reason(stop.Reason));
                    await RecordAsync(OperationStatus.Cancelled).ConfigureAwait(false);
                }

                throw;
            }

            if (outcome.Error is { } error)
            {
                context.Fact("code", error.Code);
                context.Fact("message", error.Message);
            }

            await RecordAsync(outcome.Status).ConfigureAwait(false);
            if (outcome.Error is not null)
                return outcome.Error;

            Task RecordAsync(OperationStatus status) => sink.RecordAsync(new JobOperation
            {
                JobId = context.Job.Id,
                WorkerId = context.Lease.WorkerId,
                Attempt = context.Job.Attempt,
                Operation = stage.Stage.Name(),
                Status = status,
                StartedAt = startedAt,
                Duration = time.GetElapsedTime(timestamp),
                Metadata = new Dictionary<string, string>(context.Facts, StringComparer.Ordinal),
            });
        }

        return null;
    }

    public static string Reason(StopReason reason) => reason switch
    {
        StopReason.Cancelled => "cancelled",
        StopReason.LeaseLost => "lease-lost",
        StopReason.Shutdown => "shutdown",
        _ => "none",
    };

    private async Task<StageOutcome> RunStageAsync(IJobStage stage, JobContext context)
    {
        try
        {
            return await stage.RunAsync(context, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            throw;
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) == DiskFullErrno)
        {
            return JobError.Transient(JobErrorCodes.DiskFull, "There is no room left on the server's disk.", error.Message);
        }
#pragma warning disable CA1031 // The one place where a fault of ours becomes an error of the job; it must not take the worker with it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            TranscodingLog.StageFaulted(context.Log, context.Job.Id, stage.Stage.Name(), error);
            return JobError.Transient(JobErrorCodes.Internal, "Something went wrong on the server.", error.Message);
        }
    }
}
