using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Http;

/// <summary>
/// The one place where an HTTP request's failure becomes an answer: problems thrown on the way, what Kestrel refuses, faults of ours,
/// and the empty 404 and 405 of routing. A client that went away gets nothing.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && IsEmptyError(context.Response) && ForStatus(context.Response.StatusCode) is { } problem)
                await ProblemResult.WriteAsync(context, problem);
        }
        catch (ProblemException exception)
        {
            await TryWriteAsync(context, exception.Problem);
        }
        catch (BadHttpRequestException exception)
        {
            await TryWriteAsync(context, ForRejection(exception));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is nobody to tell, and what its request did is in the stores.
        }
        catch (Exception exception)
        {
            LogFault(logger, exception, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "no endpoint", context.TraceIdentifier);
            await TryWriteAsync(context, new Problem(500, ProblemCodes.Internal, "Something went wrong in the server; it has been logged."));
        }
    }

    private static bool IsEmptyError(HttpResponse response) =>
        response.StatusCode >= 400 && response.ContentType is null && response.ContentLength is null or 0
        && response.HttpContext.Features.Get<IHttpUpgradeFeature>() is null or { IsUpgradableRequest: false };

    private static async Task TryWriteAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer cannot be taken back: cut it off, so that the client does not take it for whole.
            context.Abort();
            return;
        }

        // Only what described the answer that was not given; a correlation id and the like stay.
        foreach (var name in (ReadOnlySpan<string>)["Content-Length", "Content-Disposition", "Content-Range", "ETag", "Last-Modified", "Location"])
            context.Response.Headers.Remove(name);
        await ProblemResult.WriteAsync(context, problem);
    }

    private static Problem? ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, ProblemCodes.NotFound, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new(status, ProblemCodes.MethodNotAllowed, "This address does not take this method."),
        StatusCodes.Status415UnsupportedMediaType => new(status, ProblemCodes.UnsupportedMediaType, "This content type is not accepted here."),
        _ => null,
    };

    private static Problem ForRejection(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge =>
            new(413, ProblemCodes.TooLarge, "The request body is over its limit.") { ClosesConnection = true },
        StatusCodes.Status408RequestTimeout =>
            new(408, ProblemCodes.RequestTimeout, "The request body arrived too slowly.") { ClosesConnection = true },
        var status => new(status, ProblemCodes.InvalidRequest, "The request is not valid HTTP.") { ClosesConnection = true },
    };

    [LoggerMessage(3900, LogLevel.Error, "{Method} {Endpoint} failed ({TraceId})")]
    private static partial void LogFault(ILogger logger, Exception exception, string method, string endpoint, string traceId);
}
