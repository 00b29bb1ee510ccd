using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Operations.Settings;
using Gateway.Server.Storage.Sqlite;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts;

internal static class AccountsRegistration
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.AddSqlite();
        var services = builder.Services;
        services.AddGatewayOptions<AccountsOptions>(AccountsOptions.SectionName);
        services.AddOptions<PasswordHasherOptions>()
            .Configure<IOptions<AccountsOptions>>(static (hasher, accounts) => hasher.IterationCount = accounts.Value.PasswordIterations);
        services.TryAddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.TryAddSingleton<IUserStore>(static provider => new SqliteUserStore(provider.GetRequiredService<AccountsDatabase>().Database));
        services.TryAddSingleton<IRefreshTokenStore>(static provider => new SqliteRefreshTokenStore(provider.GetRequiredService<AccountsDatabase>().Database));
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<JwksSource>();
        services.AddSingleton<JwksKeys>();
        services.AddSingleton<AccountsMetrics>();
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<AttemptLimits>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<JwtTokenValidator>();
        services.TryAddSingleton<ITicketStore, InMemoryTicketStore>();
        services.TryAddSingleton<IRevocations, InMemoryRevocations>();
        services.TryAddSingleton<ITokenValidator>(static provider => new RevocationCheck(provider.GetRequiredService<JwtTokenValidator>(), provider.GetRequiredService<IRevocations>()));
        services.AddSingleton<ConnectTickets>();
        services.AddHostedService<RefreshTokenSweeper>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        AccountsEndpoints.MapMe(app);
        TicketsEndpoints.Map(app);
        if (app.Services.GetRequiredService<IOptions<AccountsOptions>>().Value.LocalAccounts)
            AccountsEndpoints.Map(app);
    }
}
