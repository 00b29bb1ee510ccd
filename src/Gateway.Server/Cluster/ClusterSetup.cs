using Gateway.Server.Cluster.Asking;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Health;
using Gateway.Server.Operations.Messaging;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Cluster;

/// <summary>Makes the node a member of its cluster when NATS and Redis are both configured; else it stays alone. What fills <see cref="ILeases"/> and <see cref="IShardRooms"/> is registered elsewhere.</summary>
internal static class ClusterSetup
{
    private const string RedisKey = "Gateway:Redis:Configuration";

    /// <summary>Whether this node is to be a member: the two settings are there.</summary>
    public static bool IsConfigured(IConfiguration configuration) => NatsSetup.IsConfigured(configuration) && !string.IsNullOrWhiteSpace(configuration[RedisKey]);

    public static WebApplicationBuilder AddCluster(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGatewayOptions<ClusterOptions>(ClusterOptions.Section);
        if (!IsConfigured(builder.Configuration))
            return builder;
        services.AddSingleton<ClusterLog>();
        services.AddSingleton<ClusterMetrics>();
        services.TryAddSingleton<IShardRooms, UnattendedShards>();
        services.AddSingleton(static provider => ClusterSelf.Begin(provider.GetRequiredService<IOptions<NodeOptions>>().Value.Name, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AskingMetrics>();
        services.AddSingleton<IAskingWire, NatsAskingWire>();
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
            return new NodeAsking(
                provider.GetRequiredService<ClusterSelf>().Id, options.Name, provider.GetRequiredService<IAskingWire>(), options.AskTimeout,
                provider.GetRequiredService<AskingMetrics>(), provider.GetRequiredService<TimeProvider>());
        });
        services.AddHostedService<AskingHost>();
        services.AddSingleton<ClusterNode>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClusterNode>());
        services.AddSingleton<IOtherNodes>(static provider => provider.GetRequiredService<ClusterNode>());
        services.AddSingleton<IReadinessCheck, ClusterReadiness>();
        services.AddSingleton<IDrainStep, ClusterDrain>();
        return builder;
    }

    public static WebApplication MapCluster(this WebApplication app)
    {
        ClusterEndpoint.Map(app, app.Services.GetService<ClusterNode>());
        return app;
    }
}
