using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Server.Backends.Api;
using Gateway.Server.Http;

namespace Gateway.Server.Backends.Http;

/// <summary>Writes an answer as the request's <c>Accept</c> asks (JSON unless it says MessagePack), an error as problem+json with the error's name as its code.</summary>
internal sealed class ApiResult(ApiAnswer answer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (answer.Error != ErrorCode.None)
        {
            await ProblemResult.WriteAsync(httpContext, ProblemOf(answer));
            return;
        }

        var format = FormatOf(httpContext.Request.Headers.Accept);
        using var translator = new PayloadTranslator();
        var body = translator.FromMessagePack(format, answer.Value.Span).ToArray();
        response.ContentType = ContentTypes.Of(format);
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    /// <summary>The HTTP status of an error, and when to come back of those that pass.</summary>
    internal static Problem ProblemOf(ApiAnswer answer) =>
        new(StatusOf(answer.Error), answer.Error.Name(), answer.Sentence) { RetryAfter = answer.Error.IsRetryable() ? TimeSpan.FromSeconds(1) : null };

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.Malformed or ErrorCode.InvalidField or ErrorCode.InvalidRoom => StatusCodes.Status400BadRequest,
        ErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.UserOffline => StatusCodes.Status404NotFound,
        ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.Internal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    private static PayloadFormat FormatOf(string? accept) =>
        accept is not null && ContentTypes.TryParse(Encoding.UTF8.GetBytes(accept), out var format) ? format : PayloadFormat.Json;
}
