using Gateway.Server.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts;

/// <summary>Register, log in, refresh, log out: the rules, without HTTP. An outcome is a session or a problem.</summary>
internal sealed partial class Sessions(
    IUserStore users,
    IRefreshTokenStore refreshTokens,
    PasswordHashing passwords,
    AccessTokens accessTokens,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<Sessions> logger)
{
    // A hash takes some 100 ms; by then a good part of the queue is through.
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);

    public async Task<(SessionResponse? Session, Problem? Problem)> RegisterAsync(RegisterRequest request, CancellationToken cancellationToken)
    {
        if (!options.Value.Registration)
            return (null, new(403, ProblemCodes.Forbidden, "This gateway does not take registrations."));

        var errors = CredentialRules.Check(request, options.Value.MinPasswordLength);
        if (errors.Count > 0)
            return (null, new(422, ProblemCodes.ValidationFailed, "Some fields are not as they should be.") { Errors = errors });

        var now = time.GetUtcNow();
        var user = new User(Guid.CreateVersion7(now).ToString("N"), request.Username!, request.Email!, "", [], now, now);
        if (await passwords.TryHashAsync(user, request.Password!, cancellationToken) is not { } hash)
            return (null, Busy());

        user = user with { PasswordHash = hash };
        switch (await users.CreateAsync(user, cancellationToken))
        {
            case CreateUserStatus.UsernameTaken:
                return (null, Taken(ProblemCodes.UsernameTaken, "username", "This username is taken."));
            case CreateUserStatus.EmailTaken:
                return (null, Taken(ProblemCodes.EmailTaken, "email", "There is an account with this e-mail address."));
            default:
                LogRegistered(logger, user.Id);
                return (await BeginAsync(user, cancellationToken), null);
        }
    }

    public async Task<(SessionResponse? Session, Problem? Problem)> LoginAsync(LoginRequest request, CancellationToken cancellationToken)
    {
        var user = await users.FindByLoginAsync(request.Username!, cancellationToken);
        var result = await passwords.TryVerifyAsync(user, request.Password!, cancellationToken);
        if (result is null)
            return (null, Busy());
        if (user is null || result == PasswordVerificationResult.Failed)
            return (null, new(401, ProblemCodes.CredentialsInvalid, "Username or password is wrong."));

        if (result == PasswordVerificationResult.SuccessRehashNeeded
            && await passwords.TryHashAsync(user, request.Password!, cancellationToken) is { } hash)
            await users.ReplacePasswordHashAsync(user.Id, user.PasswordHash, hash, time.GetUtcNow(), cancellationToken);

        return (await BeginAsync(user, cancellationToken), null);
    }

    public async Task<(SessionResponse? Session, Problem? Problem)> RefreshAsync(string? token, CancellationToken cancellationToken)
    {
        if (!RefreshToken.TryHash(token, out var hash))
            return (null, Invalid());

        var now = time.GetUtcNow();
        var expiresAt = now + options.Value.RefreshTokenLifetime;
        var next = RefreshToken.Create(out var nextHash);
        var rotation = await refreshTokens.RotateAsync(hash, nextHash, now, expiresAt, cancellationToken);
        switch (rotation.Status)
        {
            case RefreshStatus.Rotated:
                // Read after the rotation, so that new roles come with the next token.
                return await users.FindAsync(rotation.UserId!, cancellationToken) is { } user
                    ? (Respond(user, next, expiresAt), null)
                    : (null, Invalid());

            case RefreshStatus.Reused:
                LogReuse(logger, rotation.UserId!);
                return (null, new(401, ProblemCodes.RefreshTokenReused, "This refresh token was used before, so this login has been ended. Sign in again."));

            default:
                return (null, Invalid());
        }

        static Problem Invalid() => new(401, ProblemCodes.RefreshTokenInvalid, "This refresh token is not valid (any more). Sign in again.");
    }

    /// <summary>Ends the login of the token; the same whether it was known or not.</summary>
    public async Task LogoutAsync(string? token, CancellationToken cancellationToken)
    {
        if (RefreshToken.TryHash(token, out var hash))
            await refreshTokens.RevokeAsync(hash, time.GetUtcNow(), cancellationToken);
    }

    public UserResponse Describe(User user) => new(user.Id, user.Username, user.Email, accessTokens.RolesOf(user), user.CreatedAt);

    private async Task<SessionResponse> BeginAsync(User user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var expiresAt = now + options.Value.RefreshTokenLifetime;
        var token = RefreshToken.Create(out var hash);
        await refreshTokens.CreateAsync(user.Id, hash, now, expiresAt, options.Value.MaxSessionsPerUser, cancellationToken);
        return Respond(user, token, expiresAt);
    }

    private SessionResponse Respond(User user, string refreshToken, DateTimeOffset refreshExpiresAt)
    {
        var accessToken = accessTokens.Issue(user, out var expiresAt);
        var seconds = (long)options.Value.AccessTokenLifetime.TotalSeconds;
        return new(accessToken, "Bearer", seconds, expiresAt, refreshToken, refreshExpiresAt, Describe(user));
    }

    private static Problem Busy() =>
        new(503, ProblemCodes.Overloaded, "Too many sign-ins at this moment. Try again shortly.") { RetryAfter = BusyRetryAfter };

    private static Problem Taken(string code, string field, string sentence) =>
        new(409, code, sentence) { Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [sentence] } };

    [LoggerMessage(3010, LogLevel.Debug, "User {UserId} registered")]
    private static partial void LogRegistered(ILogger logger, string userId);

    [LoggerMessage(3011, LogLevel.Warning, "A used refresh token of user {UserId} came again; its login has been revoked")]
    private static partial void LogReuse(ILogger logger, string userId);
}
