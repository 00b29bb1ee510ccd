using System.Buffers;

namespace Gateway.Server.Operations.Logging;

/// <summary>
/// Gives each request an id that is in its log entries and its answer: the caller's <c>X-Request-Id</c> when it is usable, else Kestrel's own.
/// (The trace id comes from <c>traceparent</c> by itself.) While the node drains, clients are told not to keep the connection.
/// </summary>
internal sealed class RequestCorrelation(RequestDelegate next, Draining.NodeLifecycle lifecycle, ILogger<RequestCorrelation> logger)
{
    private const int MaxIdLength = 128;
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    public async Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers["X-Request-Id"].ToString();
        if (given.Length is > 0 and <= MaxIdLength && !given.AsSpan().ContainsAnyExcept(IdCharacters))
            context.TraceIdentifier = given;
        context.Response.Headers["X-Request-Id"] = context.TraceIdentifier;
        if (lifecycle.State >= Draining.NodeState.Draining && !HttpProtocol.IsHttp2(context.Request.Protocol))
            context.Response.Headers.Connection = "close";

        using (logger.BeginScope(new Dictionary<string, object?>(StringComparer.Ordinal) { ["requestId"] = context.TraceIdentifier }))
            await next(context).ConfigureAwait(false);
    }
}
