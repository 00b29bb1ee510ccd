namespace Gateway.Server.Http;

internal static class ProblemRegistration
{
    /// <summary>Put first in the pipeline. Adding it a second time changes nothing for the inner one.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();
}
