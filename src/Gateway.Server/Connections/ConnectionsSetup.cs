using System.Net;
using System.Net.Sockets;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Flights;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Reach;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Lanes;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Listening;
using Gateway.Server.Operations.Settings;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Redis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Connections;

/// <summary>Joins lanes, rooms and connections to the application.</summary>
internal static class ConnectionsSetup
{
    public static WebApplicationBuilder AddConnections(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGatewayOptions<ConnectionLimits>(ConnectionLimits.Section);
        services.AddGatewayOptions<ConnectionOptions>(ConnectionOptions.Section);
        services.AddGatewayOptions<RoomsOptions>(RoomsOptions.Section);
        services.AddSingleton(static provider => new LiveLimits(provider.GetRequiredService<IOptions<ConnectionLimits>>().Value));
        services.AddSingleton<ILoadSource, ProcessLoad>();
        services.AddSingleton<LoadGuard>();
        services.AddSingleton(CreateLanes);
        services.AddSingleton(CreateRooms);
        services.AddSingleton<IRoomPublisher>(static provider => provider.GetRequiredService<RoomSet>());
        services.AddSingleton<IRequestService, GatewayService>();
        services.AddSingleton(CreateNode);
        AddReach(builder);
        services.AddOptions<SocketTransportOptions>().Configure<IOptions<ConnectionLimits>>(static (options, limits) => options.CreateBoundListenSocket = endPoint => Bind(endPoint, limits.Value));
        services.AddSingleton<LaneTransport>();
        services.AddSingleton<ITlsEndpoint>(static provider => provider.GetRequiredService<LaneTransport>());
        services.AddSingleton<LaneSocketNode>();
        services.AddSingleton<IConnectionListenerFactory, LaneListenerFactory>();
        services.AddGatewayOptions<FlightOptions>(FlightOptions.Section);
        services.AddSingleton(static provider => new FlightRecorder(provider.GetRequiredService<IOptions<FlightOptions>>().Value.MaxCount));
        services.AddSingleton<LimitChanges>();
        services.AddSingleton<LimitGauges>();
        services.AddSingleton<ConnectionMetrics>();
        services.AddSingleton<IConnectionMiddleware, UpgradeMiddleware>();
        services.AddSingleton<IDrainStep, ConnectionDrain>();
        services.AddHostedService<LaneHost>();
        services.AddHostedService<LoadSampler>();
        services.AddHostedService<LimitReload>();
        return builder;
    }

    // Whom a node reaches beyond itself: nobody, or its cluster.
    private static void AddReach(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(static provider => new Disconnections(provider.GetRequiredService<ConnectionNode>(), provider.GetService<NodeAsking>()));
        services.AddSingleton(static provider => new LimitSpread(provider.GetRequiredService<IOptions<NodeOptions>>().Value.Name, provider.GetService<NodeAsking>()));
        if (!ClusterSetup.IsConfigured(builder.Configuration))
        {
            services.AddSingleton<IUserRelay, LoneUserRelay>();
            return;
        }

        services.AddSingleton<IUserRelay, ClusterUserRelay>();
        services.AddSingleton<INodeAnswerer, DirectAnswerer>();
        services.AddSingleton<INodeAnswerer>(static provider => DisconnectAnswerer.OfUsers(provider.GetRequiredService<ConnectionNode>()));
        services.AddSingleton<INodeAnswerer>(static provider => DisconnectAnswerer.OfConnections(provider.GetRequiredService<ConnectionNode>()));
        services.AddSingleton<INodeAnswerer, LimitsAnswerer>();
    }

    // Of Kestrel's own transport, which is used where the lanes own no sockets.
    private static Socket Bind(EndPoint endPoint, ConnectionLimits limits)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        if (endPoint is IPEndPoint && OperatingSystem.IsLinux())
        {
            Libc.LimitUnsent(socket, limits.MaxUnsentBytes);
        }

        return socket;
    }

    private static LaneSet CreateLanes(IServiceProvider provider)
    {
        var limits = provider.GetRequiredService<IOptions<ConnectionLimits>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        var log = provider.GetRequiredService<ILogger<LaneSet>>();
        var count = limits.LaneCount == 0 ? Environment.ProcessorCount : limits.LaneCount;
        var ownSockets = provider.GetRequiredService<LaneTransport>().IsUsed;
        return new LaneSet(count, index =>
        {
            Action<Exception> onFault = fault => Log.LaneFault(log, index, fault);
            return new Lane(index, time, ownSockets ? new EpollPoller(onFault) : new EventPoller(), limits.MaxPendingCommands, onFault);
        });
    }

    private static RoomSet CreateRooms(IServiceProvider provider)
    {
        var lanes = provider.GetRequiredService<LaneSet>();
        var options = provider.GetRequiredService<IOptions<RoomsOptions>>().Value;
        var limits = provider.GetRequiredService<IOptions<ConnectionLimits>>().Value;
        var kinds = RoomKinds.Create(options, []) ?? throw new InvalidOperationException("The kinds of room were checked at start.");
        var time = provider.GetRequiredService<TimeProvider>();
        Func<Lane, IHistory> history = provider.GetService<RedisConnection>() is { } redis
            ? lane => new RedisHistory(redis, lane, options, time, provider.GetRequiredService<RedisMetrics>())
            : lane => new InMemoryHistory(lane, options, lanes.Count);
        return new RoomSet(lanes, kinds, options, history, provider.GetService<IRelay>() ?? new LoopbackRelay(), time, limits.MaxPayloadBytes);
    }

    private static ConnectionNode CreateNode(IServiceProvider provider)
    {
        var lanes = provider.GetRequiredService<LaneSet>();
        var live = provider.GetRequiredService<LiveLimits>();
        var options = provider.GetRequiredService<IOptions<ConnectionOptions>>().Value;
        var node = provider.GetRequiredService<IOptions<NodeOptions>>().Value;
        var relay = provider.GetRequiredService<IUserRelay>();
        var users = new UserDirectory[lanes.Count];
        foreach (var lane in lanes.All)
        {
            users[lane.Index] = new UserDirectory(lane, live, relay);
        }

        var services = new SessionServices
        {
            Rooms = provider.GetRequiredService<RoomSet>(),
            Tokens = provider.GetRequiredService<ITokenValidator>(),
            Tickets = provider.GetRequiredService<ConnectTickets>(),
            Live = live,
            Users = users,
            Requests = provider.GetServices<IRequestService>().ToDictionary(static service => service.Name, StringComparer.Ordinal),
            Owners = provider.GetServices<IRoomOwners>().ToDictionary(static owners => owners.Kind, StringComparer.Ordinal),
            NodeName = node.Name,
            AllowAnonymous = options.AllowAnonymous,
            Log = provider.GetRequiredService<ILogger<Session>>(),
        };
        var connections = new ConnectionNode(lanes, services, provider.GetRequiredService<LoadGuard>(), options, provider.GetRequiredService<TimeProvider>(), node.Path, node.Echo,
            provider.GetRequiredService<IOptions<FlightOptions>>().Value.Enabled ? provider.GetRequiredService<FlightRecorder>() : null);
        provider.GetRequiredService<IRevocations>().Revoked += connections.Revoke;
        return connections;
    }
}
