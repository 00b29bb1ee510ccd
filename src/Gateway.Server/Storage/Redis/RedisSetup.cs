using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Cluster;
using Gateway.Server.Operations.Health;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Storage.Redis;

internal static class RedisSetup
{
    /// <summary>Registers a <see cref="RedisConnection"/> if one is configured; whoever can do without asks for it and gets null.</summary>
    public static void AddRedis(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGatewayOptions<RedisOptions>(RedisOptions.Section);
        if (string.IsNullOrEmpty(builder.Configuration[RedisOptions.Section + ":" + nameof(RedisOptions.Configuration)]))
        {
            return;
        }

        services.AddSingleton<RedisMetrics>();
        services.AddSingleton(static provider => new RedisConnection(
            provider.GetRequiredService<IOptions<RedisOptions>>().Value, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RedisMetrics>(), provider.GetRequiredService<ILogger<RedisConnection>>()));
        services.AddSingleton<IReadinessCheck, RedisReadiness>();
        services.AddSingleton<ILeases, RedisLeases>();
        services.AddSingleton<ITicketStore, RedisTicketStore>();
        services.AddSingleton<RedisRevocations>();
        services.AddSingleton<IRevocations>(static provider => provider.GetRequiredService<RedisRevocations>());
        services.AddHostedService(static provider => provider.GetRequiredService<RedisRevocations>());
    }
}
