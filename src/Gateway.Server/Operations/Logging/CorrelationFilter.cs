namespace Gateway.Server.Operations.Logging;

/// <summary>Puts <see cref="RequestCorrelation"/> before all other middleware.</summary>
internal sealed class CorrelationFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<RequestCorrelation>();
        next(app);
    };
}
