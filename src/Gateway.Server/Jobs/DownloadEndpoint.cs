using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Server.Jobs;

/// <summary>
/// <c>GET /jobs/{id}/download?output=result|thumbnail|preview</c>, for the owner's token or a signed link: ranges (RFC 9110, 14), a strong ETag, a
/// file name that is safe in every header.
/// </summary>
internal static class DownloadEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/jobs/{id}/download", [HttpMethods.Get, HttpMethods.Head], GetAsync);

    private static async Task<IResult> GetAsync(
        string id, HttpContext context, ITokenValidator validator, DownloadLinks links, JobAccess access, IJobStore store, MediaFolders folders,
        CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        string output = query.TryGetValue("output", out var asked) ? asked.ToString() : JobOutputs.Result;
        if (!JobOutputs.IsKnown(output))
        {
            return new ProblemResult(new(422, ProblemCodes.ValidationFailed, "Some parameters are not as they should be.")
            {
                Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["output"] = ["It is one of result, thumbnail, preview."] },
            });
        }

        Job? job;
        if (query.ContainsKey("sig"))
        {
            if (links.Check(id, output, query["exp"], query["sig"]) is { } refused)
                return new ProblemResult(refused);

            job = await store.FindAsync(id, cancellationToken);
        }
        else
        {
            if (await BearerFilter.AuthenticateAsync(context, validator) is { } problem)
                return new ProblemResult(problem);

            job = await access.FindAsync(context.GetIdentity(), id, cancellationToken);
        }

        return job is null ? new ProblemResult(JobsEndpoints.NotFound()) : Send(context, job, output, folders);
    }

    private static IResult Send(HttpContext context, Job job, string output, MediaFolders folders)
    {
        if (job.Result is null)
        {
            return new ProblemResult(new(409, ProblemCodes.JobNotFinished, $"The job is {job.Status.Name()}; there is nothing to download (yet)."));
        }

        if (job.Result.Find(output) is not { } stored || !File.Exists(folders.Absolute(stored.Path)))
            return new ProblemResult(new(404, ProblemCodes.OutputNotFound, $"This job has no {output}."));

        var extension = Path.GetExtension(stored.Path).TrimStart('.');
        var headers = context.Response.Headers;
        // What browsers guess from the content must never be more than what it was made as.
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, max-age=3600";
        return Results.File(
            folders.Absolute(stored.Path), stored.ContentType, FileNames.ForOutput(job.FileName, output, extension), job.CompletedAt,
            new EntityTagHeaderValue($"\"{job.Id}-{job.Attempt}-{output}\""), enableRangeProcessing: true);
    }
}
