using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Flights;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Http;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Connections;

/// <summary>
/// Takes the upgrades that <see cref="UpgradeMiddleware"/> does not see: those on a TCP connection that has carried HTTP requests before, as a proxy with kept-alive connections
/// sends them. Same checks, same connection; only the HttpContext lives on with it.
/// </summary>
internal static class UpgradeEndpoint
{
    /// <summary>In a connection's items until its first request has come; then in that request's.</summary>
    public static readonly object FirstRequest = new();

    /// <summary>Before everything that may answer a request itself: the first one of a connection has to be known.</summary>
    public static void MapConnections(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            if (context.Features.Get<IConnectionItemsFeature>()?.Items.Remove(FirstRequest) == true)
                context.Items[FirstRequest] = true;
            return next(context);
        });
        var node = app.Services.GetRequiredService<ConnectionNode>();
        app.Use((context, next) =>
        {
            if (context.Connection.RemoteIpAddress is { } peer)
                context.Connection.RemoteIpAddress = node.Proxies.ClientOf(peer, context.Request.Headers["X-Forwarded-For"]);
            return next(context);
        });
        app.Use((context, next) => IsOpenToAll(context.Request.Path) || context.Connection.RemoteIpAddress is not { } address || node.Admission.IsAllowed(address)
            ? next(context)
            : ProblemResult.WriteAsync(context, new Problem(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, HandshakeRejection.AddressForbidden.Sentence())));
        foreach (var path in node.HandshakeLimits.Paths!)
            app.MapGet(path, context => ServeAsync(node, context));
        DisconnectEndpoint.Map(app);
        LimitsEndpoint.Map(app);
        FlightsEndpoint.Map(app);
    }

    // What watches the node, and what mends a list that keeps out too many: that asks for a token.
    private static bool IsOpenToAll(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments("/metrics", StringComparison.Ordinal) || path.StartsWithSegments(LimitsEndpoint.Path, StringComparison.Ordinal);

    private static async Task ServeAsync(ConnectionNode node, HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            context.Response.Headers.Upgrade = "websocket";
            await ProblemResult.WriteAsync(
                context, new Problem(StatusCodes.Status426UpgradeRequired, ProblemCodes.UpgradeRequired, "This address takes WebSocket upgrades only.")).ConfigureAwait(false);
            return;
        }

        var status = HandshakeParser.TryParse(HeadOf(context), node.HandshakeLimits, out var request, out var rejection, out _);
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var terms = default(UpgradeTerms);

        // The middleware has seen the bytes of a first request and found no handshake in them: what Kestrel forgives (a bare LF, "get") stays refused.
        if (context.Items.ContainsKey(FirstRequest))
            rejection = HandshakeRejection.MalformedHeader;
        else if (status == HandshakeStatus.Upgrade)
            rejection = node.Admit(request!, address, out terms);
        else if (rejection == HandshakeRejection.None)
            rejection = HandshakeRejection.MalformedHeader;
        if (rejection != HandshakeRejection.None)
        {
            node.CountRefused(rejection);
            await RefuseAsync(context, rejection).ConfigureAwait(false);
            return;
        }

        Stream stream;
        try
        {
            WriteHeaders(context.Response.Headers, request!, terms);
            stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        }
        catch
        {
            node.Admission.Exit(terms.Address!);
            throw;
        }

        var pipe = new StreamPipe(PipeReader.Create(stream), PipeWriter.Create(stream));
        await node.ServeAsync(pipe, context.Abort, request!, terms).ConfigureAwait(false);
    }

    // Written as it came, so that one parser decides about every upgrade.
    private static ReadOnlySequence<byte> HeadOf(HttpContext context)
    {
        var head = new StringBuilder("GET ").Append(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Append(" HTTP/1.1\r\n");
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
                head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
    }

    private static void WriteHeaders(IHeaderDictionary headers, HandshakeRequest request, UpgradeTerms terms)
    {
        Span<byte> accept = stackalloc byte[HandshakeResponse.AcceptChars];
        HandshakeResponse.WriteAccept(request.SecWebSocketKey, accept);
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Encoding.ASCII.GetString(accept);
        if (terms.SubProtocol is not null)
            headers.SecWebSocketProtocol = terms.SubProtocol;
        if (terms.Deflate is { } offer)
        {
            headers.SecWebSocketExtensions = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                + (offer.ServerMaxWindowBits == 0 ? "" : "; server_max_window_bits=15");
        }
    }

    private static async Task RefuseAsync(HttpContext context, HandshakeRejection rejection)
    {
        context.Response.StatusCode = rejection.StatusCode();
        if (context.Response.StatusCode == StatusCodes.Status426UpgradeRequired)
            context.Response.Headers.SecWebSocketVersion = "13";
        if (ConnectionNode.RetryAfter(rejection) is { } retryAfter)
            context.Response.Headers.RetryAfter = $"{retryAfter.TotalSeconds:0}";
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(rejection.Sentence() + "\n", context.RequestAborted).ConfigureAwait(false);
    }

    private sealed record StreamPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
