using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Metrics;

/// <summary><c>GET /metrics</c> in the format that the scraper asks for.</summary>
internal static class MetricsEndpoint
{
    private const string PrometheusType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", AnswerAsync);

    private static async Task AnswerAsync(HttpContext context, MetricCollector collector, IOptions<MetricsOptions> options)
    {
        if (!IsAllowed(context, options.Value.Token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        var format = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
            ? ExpositionFormat.OpenMetrics
            : ExpositionFormat.Prometheus;
        context.Response.ContentType = format == ExpositionFormat.OpenMetrics ? OpenMetricsType : PrometheusType;
        context.Response.Headers.CacheControl = "no-store";

        var body = new ArrayBufferWriter<byte>(16 * 1024);
        await collector.WriteAsync(body, format, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool IsAllowed(HttpContext context, string? token) =>
        string.IsNullOrEmpty(token)
        || CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token)),
            SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString())));
}
