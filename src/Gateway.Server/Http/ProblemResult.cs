using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Server.Http;

/// <summary>Writes a <see cref="Problem"/> as the answer to a request.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public Problem Problem => problem;

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (problem.Challenge is { } challenge)
            response.Headers.WWWAuthenticate = challenge;
        if (problem.UploadOffset is { } offset)
            response.Headers["Upload-Offset"] = offset.ToString(CultureInfo.InvariantCulture);
        if (problem.ClosesConnection && HttpProtocol.IsHttp11(context.Request.Protocol))
            response.Headers.Connection = "close";
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;

        var body = new ProblemBody(
            "about:blank", ReasonPhrases.GetReasonPhrase(problem.Status), problem.Status, problem.Sentence, problem.Code,
            Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier, problem.Errors, problem.UploadOffset);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, ProblemJson.Default.ProblemBody);
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
}
