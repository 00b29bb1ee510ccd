using System.Globalization;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Server.Backends.Api;
using Gateway.Server.Backends.Publishing;
using Gateway.Server.Connections;
using Gateway.Server.Http;
using Gateway.Server.Rooms;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Backends.Http;

/// <summary>The same interface as over NATS, below <c>/api</c>, for who has an API key (protocol/backends.md, HTTP).</summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/rooms/{room}/messages", PublishAsync).RequireApiKey(ApiScopes.Publish);
        routes.MapPost("/api/users/{user}/messages", SendAsync).RequireApiKey(ApiScopes.Publish);
        routes.MapGet("/api/rooms/{room}", RoomAsync).RequireApiKey(ApiScopes.Read);
        routes.MapGet("/api/rooms/{room}/presence", PresenceAsync).RequireApiKey(ApiScopes.Read);
        routes.MapGet("/api/rooms/{room}/history", HistoryAsync).RequireApiKey(ApiScopes.Read);
        routes.MapGet("/api/node", static (BackendApi api) => (IResult)new ApiResult(api.Node())).RequireApiKey(ApiScopes.Read);
        routes.MapGet("/api/nodes", static async (BackendApi api, CancellationToken cancellationToken) => (IResult)new ApiResult(await api.NodesAsync(cancellationToken)))
            .RequireApiKey(ApiScopes.Read);
        routes.MapPost("/api/users/{user}/disconnect", DisconnectUserAsync).RequireApiKey(ApiScopes.Disconnect);
        routes.MapPost("/api/connections/{id}/disconnect", static async (string id, BackendApi api, CancellationToken cancellationToken) =>
            (IResult)new ApiResult(await api.DisconnectConnectionAsync(id, cancellationToken)))
            .RequireApiKey(ApiScopes.Disconnect);
    }

    private static RouteHandlerBuilder RequireApiKey(this RouteHandlerBuilder route, ApiScopes scope) =>
        route.AddEndpointFilterFactory((factory, next) =>
        {
            var keys = factory.ApplicationServices.GetRequiredService<ApiKeys>();
            return async invocation => keys.Check(invocation.HttpContext, scope) is { } problem ? new ProblemResult(problem) : await next(invocation);
        });

    private static async Task<IResult> PublishAsync(HttpContext context, BackendPublisher publisher, BackendsMetrics metrics, CancellationToken cancellationToken)
    {
        var room = NameIn(context, "room");
        var body = await PublishBody.ReadAsync(context, publisher.MaxPayloadBytes, cancellationToken);
        var result = body.Problem;
        if (result is null && publisher.Kinds.Of(room) is null)
            result = ApiAnswer.Failed(ErrorCode.InvalidRoom);
        if (result is { } refused)
        {
            metrics.Count("http-room", refused.Error);
            return new ApiResult(refused);
        }

        var waiter = new PublishWaiter();
        publisher.Publish(room, body.Fields, body.Payload, waiter, 0);
        var published = await waiter.Result.WaitAsync(cancellationToken);
        var code = PublishErrors.Of(published.Status);
        metrics.Count("http-room", code);
        return new ApiResult(code == ErrorCode.None ? ApiAnswer.Of(AckOf(published)) : ApiAnswer.Failed(code));
    }

    private static async Task<IResult> SendAsync(HttpContext context, UserSender sender, BackendsMetrics metrics, CancellationToken cancellationToken)
    {
        var user = NameIn(context, "user");
        var body = await PublishBody.ReadAsync(context, sender.MaxPayloadBytes, cancellationToken);
        var result = body.Problem ?? (IsUser(user) ? null : InvalidUser());
        if (result is null)
        {
            var waiter = new DirectWaiter();
            if (sender.TrySend(user, body.Fields, body.Payload, waiter))
            {
                var count = await waiter.Count.WaitAsync(cancellationToken);
                result = DirectErrors.Of(count) is not ErrorCode.None and var code ? ApiAnswer.Failed(code) : ApiAnswer.Of(ConnectionsOf(count));
            }
            else
            {
                result = ApiAnswer.Failed(ErrorCode.Overloaded);
            }
        }

        metrics.Count("http-user", result.Value.Error);
        return new ApiResult(result.Value);
    }

    private static async Task<IResult> RoomAsync(HttpContext context, BackendApi api, CancellationToken cancellationToken) =>
        new ApiResult(await api.RoomAsync(NameIn(context, "room"), cancellationToken));

    private static async Task<IResult> PresenceAsync(HttpContext context, BackendApi api, CancellationToken cancellationToken)
    {
        var users = context.Request.Query["user"].OfType<string>().ToArray();
        var arguments = ApiArguments.None with { Users = users.Length > 0 ? users : null };
        return new ApiResult(arguments.IsValid ? await api.PresenceAsync(NameIn(context, "room"), arguments, cancellationToken) : InvalidArguments());
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, BackendApi api, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var isRead = TryNumber(query["after"], 0, out var after) & TryNumber(query["limit"], ApiArguments.DefaultLimit, out var limit);
        var arguments = new ApiArguments(after, (int)Math.Min(limit, int.MaxValue), null);
        return new ApiResult(isRead && arguments.IsValid ? await api.HistoryAsync(NameIn(context, "room"), arguments, cancellationToken) : InvalidArguments());
    }

    private static async Task<IResult> DisconnectUserAsync(HttpContext context, BackendApi api, CancellationToken cancellationToken)
    {
        var user = NameIn(context, "user");
        return new ApiResult(IsUser(user) ? await api.DisconnectUserAsync(user, cancellationToken) : InvalidUser());
    }

    /// <summary>The name in the path, from the bytes that were sent: routing leaves an escaped slash as it is, and rooms may have slashes.</summary>
    private static string NameIn(HttpContext context, string parameter)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (query < 0 ? target : target[..query]).Split('/');
        return target.StartsWith('/') && segments.Length > 3 ? Uri.UnescapeDataString(segments[3]) : context.Request.RouteValues[parameter] as string ?? "";
    }

    private static bool TryNumber(string? text, long unsaid, out long value)
    {
        value = unsaid;
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsUser(string user) => Encoding.UTF8.GetByteCount(user) is > 0 and <= FrameLimits.MaxNameBytes;

    private static ApiAnswer InvalidUser() => ApiAnswer.Failed(ErrorCode.InvalidField, "The user has 1 to 128 bytes of UTF-8.");

    private static ApiAnswer InvalidArguments() => ApiAnswer.Failed(ErrorCode.InvalidField, "after is an offset, limit 1 to 1000, user at most 256 names.");

    private static ReadOnlyMemory<byte> AckOf(PublishResult result)
    {
        var bytes = new byte[AnswerWriter.MaxBytes];
        return bytes.AsMemory(0, AnswerWriter.WriteAck(bytes, PayloadFormat.MessagePack, result));
    }

    private static ReadOnlyMemory<byte> ConnectionsOf(int count)
    {
        var bytes = new byte[AnswerWriter.MaxBytes];
        return bytes.AsMemory(0, AnswerWriter.WriteConnections(bytes, PayloadFormat.MessagePack, count));
    }

    /// <summary>Lets a request await how many connections its message reached.</summary>
    private sealed class DirectWaiter : IDirectSender
    {
        private readonly TaskCompletionSource<int> _count = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> Count => _count.Task;

        public void OnSent(int id, int count) => _count.SetResult(count);
    }
}
