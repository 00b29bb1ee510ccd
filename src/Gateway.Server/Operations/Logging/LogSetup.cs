using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Logging;

/// <summary>One log provider, the console, with our formatters; trace ids in every entry.</summary>
internal static class LogSetup
{
    public static void Add(WebApplicationBuilder builder, NodeLifecycle lifecycle)
    {
        builder.Services.AddGatewayLogOptions();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole().AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>().AddConsoleFormatter<TextLogFormatter, ConsoleFormatterOptions>();
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);

        // Until the node has started, its own start says in one sentence what these two would say with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && lifecycle.State != NodeState.Starting);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level >= LogLevel.Warning && lifecycle.State != NodeState.Starting);
    }

    private static void AddGatewayLogOptions(this IServiceCollection services)
    {
        Settings.GatewayOptionsExtensions.AddGatewayOptions<LogOptions>(services, LogOptions.Section);
        services.AddSingleton<IConfigureOptions<ConsoleLoggerOptions>>(provider => new ConfigureOptions<ConsoleLoggerOptions>(console =>
        {
            var format = provider.GetRequiredService<IOptions<LogOptions>>().Value.Format;
            if (format == LogFormat.Auto)
                format = Console.IsOutputRedirected ? LogFormat.Json : LogFormat.Text;
            console.FormatterName = format == LogFormat.Json ? JsonLogFormatter.FormatterName : TextLogFormatter.FormatterName;
            console.MaxQueueLength = 10_000;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite; // A stuck terminal must not stop the node.
        }));
    }
}
