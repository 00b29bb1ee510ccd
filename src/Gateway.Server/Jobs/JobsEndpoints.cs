using System.Globalization;
using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>What a user does with jobs: list, look, cancel or delete, retry.</summary>
internal static class JobsEndpoints
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/jobs").RequireIdentity();
        group.MapGet("/", ListAsync);
        group.MapGet("/{id}", GetAsync);
        group.MapGet("/{id}/history", HistoryAsync);
        group.MapDelete("/{id}", DeleteAsync);
        group.MapPost("/{id}/retry", RetryAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IJobStore store, JobPresentation presentation, CancellationToken cancellationToken)
    {
        var identity = context.GetIdentity();
        var (query, problem) = ReadQuery(context.Request.Query, identity);
        if (problem is not null)
            return new ProblemResult(problem);

        // One more than asked for tells whether there is a next page.
        var jobs = await store.ListAsync(query! with { Limit = query.Limit + 1 }, cancellationToken);
        var page = jobs.Take(query.Limit).Select(presentation.Describe).ToList();
        return Json(context, new JobList(page, jobs.Count > query.Limit ? page[^1].Id : null), JobsJson.Default.JobList);
    }

    private static (JobQuery? Query, Problem? Problem) ReadQuery(IQueryCollection query, Identity identity)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        JobStatus? status = null;
        if (query.TryGetValue("status", out var name))
        {
            if (JobStatusNames.TryParse(name, out var parsed))
                status = parsed;
            else
                errors.Add("status", ["It is one of queued, running, completed, failed, cancelled."]);
        }

        var limit = DefaultPage;
        if (query.TryGetValue("limit", out var text) && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxPage))
            errors.Add("limit", [$"It is a number from 1 to {MaxPage}."]);

        string? cursor = query["cursor"];
        if (cursor is not null && !Guid.TryParseExact(cursor, "N", out _))
            errors.Add("cursor", ["It is the value of next of the page before."]);

        string? user = query["user"];
        if (user is not null && !JobAccess.SeesAll(identity) && !string.Equals(user, identity.UserId, StringComparison.Ordinal))
            return (null, new(403, ProblemCodes.Forbidden, "Only administrators may see jobs of others."));

        if (errors.Count > 0)
            return (null, new(422, ProblemCodes.ValidationFailed, "Some parameters are not as they should be.") { Errors = errors });

        // Administrators see their own jobs like everybody, others' by name, all with *.
        var owner = user switch { null => identity.UserId, "*" when JobAccess.SeesAll(identity) => null, _ => user };
        return (new JobQuery(owner, status, cursor, limit), null);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, JobAccess access, JobPresentation presentation, CancellationToken cancellationToken) =>
        await access.FindAsync(context.GetIdentity(), id, cancellationToken) is { } job
            ? Json(context, presentation.Describe(job), JobsJson.Default.JobResponse)
            : new ProblemResult(NotFound());

    private static async Task<IResult> HistoryAsync(string id, HttpContext context, JobAccess access, IJobStore store, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(context.GetIdentity(), id, cancellationToken) is null)
            return new ProblemResult(NotFound());

        var entries = await store.HistoryAsync(id, cancellationToken);
        return Json(context, entries.Select(JobPresentation.Describe).ToList(), JobsJson.Default.ListJobEntryResponse);
    }

    /// <summary>Waiting: cancelled (200). Running: will be cancelled (202). Ended: deleted with its files (204).</summary>
    private static async Task<IResult> DeleteAsync(
        string id, HttpContext context, JobAccess access, IJobStore store, TranscodeWorkerPool workers, MediaSweeper sweeper, JobPresentation presentation,
        TimeProvider time, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(context.GetIdentity(), id, cancellationToken) is null)
            return new ProblemResult(NotFound());

        switch (await store.RequestCancelAsync(id, time.GetUtcNow(), cancellationToken))
        {
            case CancelRequest.Signalled:
                // Here at once; elsewhere with the next heartbeat.
                workers.TryCancel(id);
                return await ShowAsync(StatusCodes.Status202Accepted);
            case CancelRequest.Removed:
                return await ShowAsync(StatusCodes.Status200OK);
        }

        switch (await store.DeleteAsync(id, cancellationToken))
        {
            case DeleteJobStatus.Deleted:
                await sweeper.CollectAsync(id, CancellationToken.None);
                return Results.NoContent();
            case DeleteJobStatus.NotFound:
                return new ProblemResult(NotFound());
            default:
                return new ProblemResult(new(409, ProblemCodes.JobStateConflict, "The job has just been asked for again."));
        }

        async Task<IResult> ShowAsync(int status) => await store.FindAsync(id, cancellationToken) is { } job
            ? Results.Json(presentation.Describe(job), JobsJson.Default.JobResponse, statusCode: status)
            : Results.NoContent();
    }

    private static async Task<IResult> RetryAsync(
        string id, HttpContext context, JobAccess access, IJobStore store, JobPresentation presentation, IOptions<JobsOptions> options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await access.FindAsync(context.GetIdentity(), id, cancellationToken) is null)
            return new ProblemResult(NotFound());

        var status = await store.RetryAsync(id, preset: null, alsoCompleted: false, options.Value.MaxQueuedJobs, time.GetUtcNow(), cancellationToken);
        return Explain(status) is { } problem
            ? new ProblemResult(problem)
            : await store.FindAsync(id, cancellationToken) is { } job
                ? Results.Json(presentation.Describe(job), JobsJson.Default.JobResponse, statusCode: StatusCodes.Status202Accepted)
                : new ProblemResult(NotFound()); // Cancelled and deleted in between.
    }

    internal static Problem? Explain(RetryStatus status) => status switch
    {
        RetryStatus.Queued => null,
        RetryStatus.NotFound => NotFound(),
        RetryStatus.QueueFull =>
            new(503, ProblemCodes.QueueFull, "Too many jobs wait at the moment. Try again later.") { RetryAfter = TimeSpan.FromSeconds(30) },
        _ => new(409, ProblemCodes.JobStateConflict, "Only a job that failed or was cancelled can be tried again."),
    };

    internal static Problem NotFound() => new(404, ProblemCodes.JobNotFound, "There is no such job.");

    private static IResult Json<T>(HttpContext context, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        // Signed links are in it.
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(value, type);
    }
}
