using System.Globalization;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Workers;

namespace Gateway.Transcoding.Stages;

internal sealed class IntakeStage : IJobStage
{
    public JobStage Stage => JobStage.Intake;

    public Task<StageOutcome> RunAsync(JobContext context, CancellationToken cancellationToken) => Task.FromResult(Run(context));

    private static StageOutcome Run(JobContext context)
    {
        var input = new FileInfo(context.Job.InputPath);
        if (!Path.IsPathFullyQualified(context.Job.InputPath) || !input.Exists)
            return JobError.Final(JobErrorCodes.InputMissing, "The uploaded file is no longer there.");

        context.InputBytes = input.Length;
        context.Fact("inputBytes", input.Length);
        if (input.Length == 0)
            return JobError.Final(JobErrorCodes.InputEmpty, "The uploaded file is empty.");

        if (input.Length > context.Options.MaxInputBytes)
        {
            return JobError.Final(
                JobErrorCodes.InputTooLarge,
                string.Create(CultureInfo.InvariantCulture, $"The uploaded file has {input.Length:N0} bytes; at most {context.Options.MaxInputBytes:N0} are accepted."));
        }

        Directory.CreateDirectory(context.Options.WorkDirectory);
        var free = new DriveInfo(context.Options.WorkDirectory).AvailableFreeSpace;
        context.Fact("freeDiskBytes", free);
        if (free < context.Options.MinFreeDiskBytes + input.Length)
            return JobError.Transient(JobErrorCodes.DiskFull, "There is no room left on the server's disk.");

        context.Work = AttemptDirectory.Create(context.Options.WorkDirectory, context.Lease.LeaseId, context.Log);
        return StageOutcome.Completed;
    }
}
