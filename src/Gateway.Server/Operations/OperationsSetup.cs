using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Health;
using Gateway.Server.Operations.Listening;
using Gateway.Server.Operations.Logging;
using Gateway.Server.Operations.Messaging;
using Gateway.Server.Operations.Metrics;
using Gateway.Server.Operations.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations;

/// <summary>Joins this folder's parts to the application.</summary>
internal static class OperationsSetup
{
    public static WebApplicationBuilder AddOperations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var lifecycle = new NodeLifecycle();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => lifecycle); // By factory, so that the container disposes of it.
        services.AddGatewayOptions<NodeOptions>(NodeOptions.Section).PostConfigure(node =>
        {
            node.Name = node.Name.Length == 0 ? Environment.MachineName : node.Name;
            node.DataDirectory = node.DataDirectory.Length == 0 ? "" : Path.GetFullPath(node.DataDirectory);
        });
        LogSetup.Add(builder, lifecycle);

        services.AddSingleton<NodeCertificate>();
        services.AddHostedService<CertificateRenewal>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, NodeListening>();

        services.AddGatewayOptions<HealthOptions>(HealthOptions.Section);
        services.AddSingleton<NodeHealth>();

        services.AddGatewayOptions<DrainOptions>(DrainOptions.Section);
        services.AddHostedService<DrainService>();
        services.AddSingleton<IConfigureOptions<HostOptions>>(provider => new ConfigureOptions<HostOptions>(host =>
            host.ShutdownTimeout = provider.GetRequiredService<IOptions<DrainOptions>>().Value.Deadline));

        services.AddMetrics();
        services.AddGatewayOptions<MetricsOptions>(MetricsOptions.Section);
        services.AddSingleton<MetricCollector>();
        services.AddSingleton<ProcessMetrics>();

        NatsSetup.Add(builder);
        services.AddHostedService<MemoryRelease>();
        services.AddSingleton<IStartupFilter, CorrelationFilter>();
        return builder;
    }

    public static WebApplication MapOperations(this WebApplication app)
    {
        // Made now, so that nothing that is measured from the first moment on is missed.
        app.Services.GetRequiredService<MetricCollector>();
        app.Services.GetRequiredService<ProcessMetrics>();
        HealthEndpoints.Map(app);
        MetricsEndpoint.Map(app);
        return app;
    }
}
