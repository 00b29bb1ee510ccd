using System.Text.Json.Nodes;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Connections.Reach;
using Gateway.Server.Http;

namespace Gateway.Server.Connections;

/// <summary>
/// What administrators and services do about a user or a token. <c>DELETE /users/{id}/connections</c> ends all connections of a user, on all nodes (close code 4002), and says how many;
/// with <c>?revoke=true</c> it takes back all tokens that the user has been given so far (4000). <c>DELETE /tokens/{id}</c> takes back one token by its <c>jti</c>.
/// </summary>
internal static class DisconnectEndpoint
{
    // Longer ids are nobody's: they would only fill the store.
    private const int MaxIdLength = 256;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/users/{id}/connections", DisconnectAsync).RequireIdentity("admin", "service");
        routes.MapDelete("/tokens/{id}", RevokeTokenAsync).RequireIdentity("admin", "service");
    }

    // A user without connections is no error, since that is what was asked for.
    private static async Task<IResult> DisconnectAsync(
        string id, Disconnections disconnections, IRevocations revocations, IRefreshTokenStore refreshTokens, TimeProvider time, CancellationToken cancellationToken, bool revoke = false)
    {
        if (revoke)
        {
            // The refresh tokens first, or a client could trade one for a token from after the revocation.
            var now = time.GetUtcNow();
            await refreshTokens.RevokeUserAsync(id, now, cancellationToken);
            return Answer(await revocations.RevokeAsync(Revocation.OfUser(id, now), cancellationToken));
        }

        return await disconnections.UserAsync(id).WaitAsync(cancellationToken) is { } count
            ? Results.Text(new JsonObject { ["connections"] = count }.ToJsonString(), "application/json", statusCode: StatusCodes.Status202Accepted)
            : new ProblemResult(new(503, ProblemCodes.Unavailable, "Not all nodes have answered: the user may have connections left.") { RetryAfter = RetryAfter });
    }

    private static async Task<IResult> RevokeTokenAsync(string id, IRevocations revocations, CancellationToken cancellationToken) =>
        id.Length > MaxIdLength
            ? new ProblemResult(new(422, ProblemCodes.ValidationFailed, "This is too long for the id of a token."))
            : Answer(await revocations.RevokeAsync(Revocation.OfToken(id), cancellationToken));

    private static IResult Answer(RevocationStatus status) => status switch
    {
        RevocationStatus.Ok => Results.Accepted(),
        RevocationStatus.Full => new ProblemResult(new(503, ProblemCodes.Overloaded, "Too many revocations are remembered.") { RetryAfter = RetryAfter }),
        _ => new ProblemResult(new(503, ProblemCodes.Unavailable, "The revocation may or may not be in force: it cannot be stored at this moment.") { RetryAfter = RetryAfter }),
    };
}
