namespace Gateway.Server.Jobs;

/// <summary>201 with the new job.</summary>
internal sealed class JobAcceptedResult(JobResponse job) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = $"/jobs/{job.Id}";
        httpContext.Response.Headers.CacheControl = "no-store";
        return Results.Json(job, JobsJson.Default.JobResponse, statusCode: StatusCodes.Status201Created).ExecuteAsync(httpContext);
    }
}
