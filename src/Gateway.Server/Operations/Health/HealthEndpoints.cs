namespace Gateway.Server.Operations.Health;

/// <summary><c>GET /health</c>, <c>/health/live</c> and <c>/health/ready</c>: 200 or 503 and the reasons as JSON.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (HttpContext context, NodeHealth health) => Answer(context, health.Live(), isGood: true));
        routes.MapGet("/health/ready", AnswerReadyAsync);
        routes.MapGet("/health", AnswerReadyAsync); // Live by answering, ready by its status.
    }

    private static async Task<IResult> AnswerReadyAsync(HttpContext context, NodeHealth health)
    {
        var report = await health.ReadyAsync(context.RequestAborted).ConfigureAwait(false);
        return Answer(context, report, report.Status == "ready");
    }

    private static IResult Answer(HttpContext context, HealthReport report, bool isGood)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(report, statusCode: isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
