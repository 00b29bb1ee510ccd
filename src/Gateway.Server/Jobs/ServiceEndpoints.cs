using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Gateway.Transcoding.Jobs;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>The inner interface, for tokens with the role <c>service</c>; a job's status also for who may see the job.</summary>
internal static class ServiceEndpoints
{
    private const int MaxStageLength = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/process", ProcessAsync).RequireIdentity(JobAccess.ServiceRole);
        routes.MapGet("/jobs/{id}/status", StatusAsync).RequireIdentity();
        routes.MapPut("/jobs/{id}/progress", ProgressAsync).RequireIdentity(JobAccess.ServiceRole);
    }

    private static async Task<IResult> ProcessAsync(
        HttpContext context, IJobStore store, IOptions<JobsOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadJsonAsync(JobsJson.Default.ProcessRequest, cancellationToken);
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(request.JobId))
            errors.Add("jobId", ["Say which job."]);
        JobPreset? preset = null;
        if (request.Preset is not null && !JobPreset.TryParse(request.Preset, out preset))
            errors.Add("preset", ["There is no such preset."]);
        if (errors.Count > 0)
            return new ProblemResult(Invalid(errors));

        var status = await store.RetryAsync(request.JobId!, preset, alsoCompleted: true, options.Value.MaxQueuedJobs, time.GetUtcNow(), cancellationToken);
        if (status is RetryStatus.WrongState)
            return new ProblemResult(new(409, ProblemCodes.JobStateConflict, "The job waits or runs already."));
        if (JobsEndpoints.Explain(status) is { } problem)
            return new ProblemResult(problem);

        var job = await store.FindAsync(request.JobId!, cancellationToken);
        return job is null
            ? new ProblemResult(JobsEndpoints.NotFound())
            : Results.Json(JobPresentation.DescribeStatus(job), JobsJson.Default.JobStatusResponse, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> StatusAsync(string id, HttpContext context, JobAccess access, CancellationToken cancellationToken) =>
        await access.FindForStatusAsync(context.GetIdentity(), id, cancellationToken) is { } job
            ? Results.Json(JobPresentation.DescribeStatus(job), JobsJson.Default.JobStatusResponse)
            : new ProblemResult(JobsEndpoints.NotFound());

    private static async Task<IResult> ProgressAsync(
        string id, HttpContext context, IJobStore store, ProgressPublisher publisher, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadJsonAsync(JobsJson.Default.ProgressRequest, cancellationToken);
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (request.Progress is not (>= 0 and <= 100))
            errors.Add("progress", ["It is a number from 0 to 100."]);
        if (request.Stage is not { Length: > 0 and <= MaxStageLength })
            errors.Add("stage", [$"It is a name of 1 to {MaxStageLength} characters."]);
        if (request.EtaSeconds is < 0 || request.Fps is < 0 || request.Speed is < 0)
            errors.Add("etaSeconds", ["etaSeconds, fps and speed are not negative."]);
        if (errors.Count > 0)
            return new ProblemResult(Invalid(errors));

        var reading = new ProgressReading(request.Progress!.Value, request.Stage!, request.EtaSeconds, request.Fps, request.Speed);
        if (await store.FindAsync(id, cancellationToken) is not { } job)
            return new ProblemResult(JobsEndpoints.NotFound());
        if (job.Status is not JobStatus.Running || !await publisher.ReportAsync(id, attempt: null, reading, cancellationToken))
            return new ProblemResult(new(409, ProblemCodes.JobStateConflict, "The job does not run."));

        return Results.NoContent();
    }

    private static Problem Invalid(Dictionary<string, string[]> errors) =>
        new(422, ProblemCodes.ValidationFailed, "Some fields are not as they should be.") { Errors = errors };
}
