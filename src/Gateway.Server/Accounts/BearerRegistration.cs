namespace Gateway.Server.Accounts;

/// <summary>How endpoints of any component ask for a signed-in user.</summary>
internal static class BearerRegistration
{
    /// <summary>Answers 401 without a valid token, 403 without one of <paramref name="roles"/> (none: every user may).</summary>
    public static TBuilder RequireIdentity<TBuilder>(this TBuilder builder, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilterFactory((context, next) =>
        {
            var filter = new BearerFilter(context.ApplicationServices.GetRequiredService<ITokenValidator>(), roles);
            return invocation => filter.InvokeAsync(invocation, next);
        });

    /// <summary>The identity that <see cref="BearerFilter"/> has set.</summary>
    public static Identity GetIdentity(this HttpContext context) =>
        context.Features.Get<Identity>() ?? throw new InvalidOperationException("The endpoint does not ask for an identity: add RequireIdentity().");
}
