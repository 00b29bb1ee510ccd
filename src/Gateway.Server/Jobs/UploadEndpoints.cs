using System.Globalization;
using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Gateway.Server.Jobs;

/// <summary>
/// Resumable: <c>POST /upload</c> (JSON) -> 201 and Location; <c>PATCH</c> there with <c>Upload-Offset</c> and bytes, as often as it takes -> 204, at
/// the last byte 201 and the job; <c>HEAD</c> says the offset; <c>DELETE</c> aborts. At once: <c>POST /upload?filename=…</c> with the bytes, or a
/// form -> 201 and the job.
/// </summary>
internal static class UploadEndpoints
{
    private const string OffsetHeader = "Upload-Offset";
    private const string LengthHeader = "Upload-Length";
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(10);
    private static readonly string[] ChunkTypes = ["application/offset+octet-stream", "application/partial-upload", "application/octet-stream"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/upload").RequireIdentity();
        group.MapPost("/", PostAsync);
        group.MapPatch("/{id}", PatchAsync);
        group.MapMethods("/{id}", [HttpMethods.Head], HeadAsync);
        group.MapDelete("/{id}", DeleteAsync);
    }

    private static async Task<IResult> PostAsync(
        HttpContext context, Uploads uploads, JobPresentation presentation, JobsMetrics metrics, IOptions<JobsOptions> options, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ReadPostAsync(context, uploads, presentation, options.Value, cancellationToken);
            metrics.UploadRequest("ok");
            return result;
        }
        catch (ProblemException exception)
        {
            metrics.UploadRequest(exception.Problem.Code);
            throw;
        }
    }

    private static async Task<IResult> ReadPostAsync(
        HttpContext context, Uploads uploads, JobPresentation presentation, JobsOptions options, CancellationToken cancellationToken)
    {
        var http = context.Request;
        var identity = context.GetIdentity();
        _ = MediaTypeHeaderValue.TryParse(http.ContentType, out var type);

        if (http.Query.ContainsKey("filename"))
        {
            var request = new UploadRequest(http.Query["filename"], http.ContentLength, http.Query["preset"], http.ContentType, null, null);
            if (http.Headers.ContainsKey(LengthHeader))
                return Announced(context, uploads, await uploads.CreateAsync(identity, request with { Size = Number(http, LengthHeader) }, cancellationToken));

            if (http.ContentLength is 0)
                throw new ProblemException(new(422, ProblemCodes.EmptyFile, "The file is empty."));

            AllowLargeBody(context, options);
            return Accepted(presentation, await uploads.ReceiveWholeAsync(identity, request, http.Body, cancellationToken));
        }

        if (string.Equals(type?.MediaType.Value, "multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            AllowLargeBody(context, options);
            var (request, body) = await MultipartUpload.ReadAsync(http, type!, cancellationToken);
            return Accepted(presentation, await uploads.ReceiveWholeAsync(identity, request, body, cancellationToken));
        }

        if (!http.HasJsonContentType())
        {
            throw new ProblemException(new(415, ProblemCodes.UnsupportedMediaType, "Announce the upload as application/json, send a form, or give ?filename= with the bytes.")
            {
                ClosesConnection = true,
            });
        }

        var announcement = await http.ReadJsonAsync(JobsJson.Default.UploadRequest, cancellationToken);
        if (announcement.Size is null)
        {
            throw new ProblemException(new(422, ProblemCodes.ValidationFailed, "Some fields are not as they should be.")
            {
                Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["size"] = ["Say how many bytes the file has."] },
            });
        }

        return Announced(context, uploads, await uploads.CreateAsync(identity, announcement, cancellationToken));
    }

    private static async Task<IResult> PatchAsync(
        string id, HttpContext context, Uploads uploads, JobPresentation presentation, JobsMetrics metrics, IOptions<JobsOptions> options,
        CancellationToken cancellationToken)
    {
        try
        {
            var http = context.Request;
            _ = MediaTypeHeaderValue.TryParse(http.ContentType, out var type);
            if (!ChunkTypes.Contains(type?.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            {
                throw new ProblemException(new(415, ProblemCodes.UnsupportedMediaType, $"Send the bytes as {ChunkTypes[0]}.") { ClosesConnection = true });
            }

            var offset = Number(http, OffsetHeader);
            AllowLargeBody(context, options.Value);
            var progress = await uploads.AppendAsync(context.GetIdentity(), id, offset, http.ContentLength, http.Body, cancellationToken);
            context.Response.Headers[OffsetHeader] = Text(progress.Offset);
            metrics.UploadRequest("ok");
            return progress.Job is { } job ? Accepted(presentation, job) : Results.NoContent();
        }
        catch (ProblemException exception)
        {
            metrics.UploadRequest(exception.Problem.Code);
            throw;
        }
    }

    private static async Task<IResult> HeadAsync(string id, HttpContext context, Uploads uploads, IJobStore jobs, CancellationToken cancellationToken)
    {
        var identity = context.GetIdentity();
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        if (await uploads.FindAsync(identity, id, cancellationToken) is { } upload)
        {
            headers[OffsetHeader] = Text(uploads.Offset(upload));
            if (upload.SizeBytes is { } size)
                headers[LengthHeader] = Text(size);
            headers["Upload-Expires"] = uploads.ExpiresAt(upload).ToString("R", CultureInfo.InvariantCulture);
            return Results.NoContent();
        }

        if (await jobs.FindAsync(id, cancellationToken) is { } job && string.Equals(job.UserId, identity.UserId, StringComparison.Ordinal))
        {
            headers[OffsetHeader] = Text(job.InputBytes);
            headers[LengthHeader] = Text(job.InputBytes);
            headers.Location = $"/jobs/{job.Id}";
            return Results.NoContent();
        }

        return new ProblemResult(new(404, ProblemCodes.UploadNotFound, "There is no such upload (any more)."));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, Uploads uploads, CancellationToken cancellationToken) =>
        await uploads.AbortAsync(context.GetIdentity(), id, cancellationToken)
            ? Results.NoContent()
            : new ProblemResult(new(404, ProblemCodes.UploadNotFound, "There is no such upload (any more)."));

    private static IResult Announced(HttpContext context, Uploads uploads, Upload upload)
    {
        context.Response.Headers[OffsetHeader] = "0";
        var location = $"/upload/{upload.Id}";
        context.Response.Headers.Location = location;
        return Results.Json(
            new UploadResponse(upload.Id, location, 0, upload.SizeBytes, uploads.ExpiresAt(upload)), JobsJson.Default.UploadResponse,
            statusCode: StatusCodes.Status201Created);
    }

    private static JobAcceptedResult Accepted(JobPresentation presentation, Job job) => new JobAcceptedResult(presentation.Describe(job));

    /// <summary>The limit on bodies is ours (per upload, with an answer of its own); the limit on slowness is Kestrel's.</summary>
    private static void AllowLargeBody(HttpContext context, JobsOptions options)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = options.MinUploadBytesPerSecond > 0 ? new MinDataRate(options.MinUploadBytesPerSecond, RateGrace) : null;
    }

    private static long Number(HttpRequest http, string header) =>
        long.TryParse(http.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProblemException(new(400, ProblemCodes.InvalidRequest, $"The header {header} must be a whole number of bytes.") { ClosesConnection = true });

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
