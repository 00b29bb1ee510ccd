using Gateway.Server.Http;

namespace Gateway.Server.Accounts;

/// <summary>The HTTP side of <see cref="Sessions"/>: limits, bodies, metrics.</summary>
internal static class AccountsEndpoints
{
    /// <summary>Longest username or e-mail address a login is looked up for.</summary>
    private const int MaxLoginLength = 254;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/auth");
        group.MapPost("/register", RegisterAsync);
        group.MapPost("/login", LoginAsync);
        group.MapPost("/refresh", RefreshAsync);
        group.MapPost("/logout", LogoutAsync);
    }

    public static void MapMe(IEndpointRouteBuilder routes) => routes.MapGet("/auth/me", MeAsync).RequireIdentity();

    private static async Task<IResult> RegisterAsync(
        HttpContext context, Sessions sessions, AttemptLimits limits, AccountsMetrics metrics, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadJsonAsync(AccountsJson.Default.RegisterRequest, cancellationToken);
        var (session, problem) = limits.Register(context.Connection.RemoteIpAddress) is { } limited
            ? (null, limited)
            : await sessions.RegisterAsync(request, cancellationToken);
        return Answer(context, metrics, "register", session, problem, StatusCodes.Status201Created);
    }

    private static async Task<IResult> LoginAsync(
        HttpContext context, Sessions sessions, AttemptLimits limits, AccountsMetrics metrics, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadJsonAsync(AccountsJson.Default.LoginRequest, cancellationToken);
        var (session, problem) = Check(request) is { } incomplete
            ? (null, incomplete)
            : limits.Login(context.Connection.RemoteIpAddress, request.Username!) is { } limited
                ? (null, limited)
                : await sessions.LoginAsync(request, cancellationToken);
        return Answer(context, metrics, "login", session, problem, StatusCodes.Status200OK);
    }

    private static async Task<IResult> RefreshAsync(
        HttpContext context, Sessions sessions, AttemptLimits limits, AccountsMetrics metrics, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadJsonAsync(AccountsJson.Default.RefreshRequest, cancellationToken);
        var (session, problem) = CheckToken(request) is { } incomplete
            ? (null, incomplete)
            : limits.Refresh(context.Connection.RemoteIpAddress) is { } limited
                ? (null, limited)
                : await sessions.RefreshAsync(request.RefreshToken, cancellationToken);
        return Answer(context, metrics, "refresh", session, problem, StatusCodes.Status200OK);
    }

    private static async Task<IResult> LogoutAsync(HttpContext context, Sessions sessions, AccountsMetrics metrics, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadJsonAsync(AccountsJson.Default.RefreshRequest, cancellationToken);
        if (CheckToken(request) is { } incomplete)
            return new ProblemResult(incomplete);

        await sessions.LogoutAsync(request.RefreshToken, cancellationToken);
        metrics.Attempted("logout", "ok");
        return Results.NoContent();
    }

    private static async Task<IResult> MeAsync(HttpContext context, IUserStore users, Sessions sessions, CancellationToken cancellationToken)
    {
        var identity = context.GetIdentity();
        context.Response.Headers.CacheControl = "no-store";
        var response = await users.FindAsync(identity.UserId, cancellationToken) is { } user
            ? sessions.Describe(user)
            : new UserResponse(identity.UserId, identity.Name, Email: null, identity.Roles, CreatedAt: null);
        return Results.Json(response, AccountsJson.Default.UserResponse);
    }

    private static IResult Answer(HttpContext context, AccountsMetrics metrics, string action, SessionResponse? session, Problem? problem, int status)
    {
        metrics.Attempted(action, problem?.Code ?? "ok");
        if (problem is not null)
            return new ProblemResult(problem);

        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(session!, AccountsJson.Default.SessionResponse, statusCode: status);
    }

    private static Problem? Check(LoginRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(request.Username))
            errors.Add("username", ["Give your username or e-mail address."]);
        else if (request.Username.Length > MaxLoginLength)
            errors.Add("username", ["This is too long for a username."]);
        if (string.IsNullOrEmpty(request.Password))
            errors.Add("password", ["Give your password."]);
        else if (request.Password.Length > CredentialRules.MaxPasswordLength)
            errors.Add("password", ["This is too long for a password."]);
        return errors.Count == 0 ? null : Invalid(errors);
    }

    private static Problem? CheckToken(RefreshRequest request) =>
        string.IsNullOrEmpty(request.RefreshToken)
            ? Invalid(new(StringComparer.Ordinal) { ["refreshToken"] = ["Give the refresh token of your session."] })
            : null;

    private static Problem Invalid(Dictionary<string, string[]> errors) =>
        new(422, ProblemCodes.ValidationFailed, "Some fields are not as they should be.") { Errors = errors };
}
