using Gateway.Server.Http;

namespace Gateway.Server.Accounts;

/// <summary>Lets a request pass only with a valid <c>Authorization: Bearer</c> token (RFC 6750), and with one of the roles where some are asked for.</summary>
internal sealed class BearerFilter(ITokenValidator validator, IReadOnlyList<string> roles) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await AuthenticateAsync(http, validator) is { } problem)
            return new ProblemResult(problem);

        var identity = http.GetIdentity();
        return roles.Count == 0 || roles.Any(identity.HasRole)
            ? await next(context)
            : new ProblemResult(new(403, ProblemCodes.Forbidden, "Your account may not do this."));
    }

    /// <summary>Sets the request's identity, or says why not.</summary>
    public static async ValueTask<Problem?> AuthenticateAsync(HttpContext http, ITokenValidator validator)
    {
        var headers = http.Request.Headers.Authorization;
        if (headers.Count != 1 || headers[0] is not { } header || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new(401, ProblemCodes.TokenMissing, "Send your access token as Authorization: Bearer.") { Challenge = "Bearer" };

        var validation = await validator.ValidateAsync(header[Scheme.Length..].Trim(), http.RequestAborted);
        switch (validation.Status)
        {
            case TokenStatus.Valid:
                http.Features.Set(validation.Identity);
                return null;
            case TokenStatus.Expired:
                return new(401, ProblemCodes.TokenExpired, "The access token has expired; refresh it.")
                {
                    Challenge = "Bearer error=\"invalid_token\", error_description=\"expired\"",
                };
            case TokenStatus.Unavailable:
                return new(503, ProblemCodes.Unavailable, "The token cannot be checked at this moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
            default:
                return new(401, ProblemCodes.TokenInvalid, "The access token is not valid.") { Challenge = "Bearer error=\"invalid_token\"" };
        }
    }
}
