using Gateway.Nats;
using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;
using Gateway.Server.Lanes;
using Gateway.Server.Operations.Messaging;
using Gateway.Server.Operations.Settings;
using Gateway.Server.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Relay;

/// <summary>Has the rooms of this node reach over all nodes when it is a member of a cluster.</summary>
internal static class RelaySetup
{
    /// <summary>Before the cluster is added: the relay listens before the node joins.</summary>
    public static WebApplicationBuilder AddRelay(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGatewayOptions<RelayOptions>(RelayOptions.Section);
        if (!ClusterSetup.IsConfigured(builder.Configuration))
            return builder;
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<IRelayWire>(static provider => new NatsRelayWire(provider.GetRequiredService<NatsConnection>(), provider.GetRequiredService<NatsLog>()));
        services.AddSingleton(static provider => new RelayNode(
            provider.GetRequiredService<ClusterSelf>().Id, provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Name, provider.GetRequiredService<LaneSet>(),
            provider.GetRequiredService<IRelayWire>(), provider.GetRequiredService<IOptions<RelayOptions>>().Value, provider.GetRequiredService<RelayMetrics>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRelay>(static provider => provider.GetRequiredService<RelayNode>());
        services.AddSingleton<IShardRooms>(static provider => new ShardParts(
            provider.GetRequiredService<RelayNode>(), [.. provider.GetServices<IShardDuty>()], provider.GetRequiredService<NodeAsking>(),
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.HandoverTime / 2));
        services.AddHostedService<RelayHost>();
        return builder;
    }
}
