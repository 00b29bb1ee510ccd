using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>Turns rows into what the API shows.</summary>
internal sealed class JobPresentation(DownloadLinks links, IOptions<JobsOptions> options, TimeProvider time)
{
    public JobResponse Describe(Job job)
    {
        var now = time.GetUtcNow();
        var hasLinks = job.Result is not null && options.Value.DownloadLinks;
        return new JobResponse(
            job.Id, job.UserId, job.FileName, job.Preset.Name, job.Status.Name(), job.Attempt, job.Progress, job.Stage, job.EtaSeconds, job.Fps, job.Speed,
            job.CancelRequested, job.Error, job.InputBytes, job.Result?.OutputBytes, job.Result?.DurationSeconds, job.Result?.Width, job.Result?.Height,
            job.Result?.ProcessingSeconds, job.Result?.CompressionRatio, job.CreatedAt, job.UpdatedAt, job.StartedAt, job.CompletedAt,
            Link(JobOutputs.Result), Link(JobOutputs.Thumbnail), Link(JobOutputs.Preview), hasLinks ? now + options.Value.DownloadLinkLifetime : null);

        string? Link(string output) => hasLinks && job.Result!.Find(output) is not null ? links.Create(job.Id, output, now) : null;
    }

    public static JobStatusResponse DescribeStatus(Job job) => new(job.Id, job.Status.Name(), job.Attempt, job.Progress, job.Stage, job.Error);

    public static JobEntryResponse Describe(JobEntry entry) => new(
        entry.Operation, entry.Status, entry.Attempt, entry.WorkerId, entry.Duration?.TotalMilliseconds, entry.Metadata, entry.At);
}
