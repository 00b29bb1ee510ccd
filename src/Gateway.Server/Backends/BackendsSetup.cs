using Gateway.Nats;
using Gateway.Server.Backends.Api;
using Gateway.Server.Backends.Http;
using Gateway.Server.Backends.Publishing;
using Gateway.Server.Backends.Requests;
using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;
using Gateway.Server.Connections;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Messaging;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends;

/// <summary>Joins the doors for backends to the application: over NATS when the node has it, over HTTP when there are API keys.</summary>
internal static class BackendsSetup
{
    /// <summary>Needs connections.</summary>
    public static void AddBackends(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGatewayOptions<BackendsOptions>(BackendsOptions.Section);
        services.AddSingleton<BackendsMetrics>();
        services.AddSingleton<BackendPublisher>();
        services.AddSingleton<UserSender>();
        services.AddSingleton<BackendApi>();
        services.AddSingleton<ApiKeys>();
        if (!NatsSetup.IsConfigured(builder.Configuration))
            return;

        // One service of the container each, because the sessions take all that there are; their names are known before any options are bound.
        foreach (var section in builder.Configuration.GetSection($"{BackendsOptions.Section}:{nameof(BackendsOptions.Services)}").GetChildren())
            services.AddSingleton<IRequestService>(provider => Create(provider, section.Key));
        if (ClusterSetup.IsConfigured(builder.Configuration))
            services.AddSingleton<INodeAnswerer, DescribeAnswerer>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<PublishDoor>(provider, provider.GetService<NodeAsking>() is null));
        services.AddSingleton<IShardDuty>(static provider => provider.GetRequiredService<PublishDoor>());
        services.AddSingleton<NatsDoor>();
        services.AddSingleton<IDrainStep>(static provider => provider.GetRequiredService<NatsDoor>());
        services.AddHostedService(static provider => provider.GetRequiredService<NatsDoor>());
    }

    public static void MapBackends(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<BackendsOptions>>().Value.ApiKeys.Count > 0)
            ApiEndpoints.Map(app);
    }

    private static BackendService Create(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptions<BackendsOptions>>().Value;
        return new BackendService(
            name, options.Prefix, options.Services[name], provider.GetRequiredService<NatsConnection>(), provider.GetRequiredService<BackendsMetrics>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BackendService>>());
    }
}
