using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Storage.Sqlite;

internal static class SqliteRegistration
{
    /// <summary>Safe to call from every component that needs the database.</summary>
    public static void AddSqlite(this WebApplicationBuilder builder)
    {
        if (builder.Services.Any(static service => service.ServiceType == typeof(SqliteDatabase)))
            return;

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DataDirectory>();
        builder.Services.AddSingleton<SqliteDatabase>(static provider => new(provider.GetRequiredService<DataDirectory>(), provider.GetRequiredService<IOptions<SqliteOptions>>()));
        builder.Services.AddSingleton<AccountsDatabase>();
        builder.Services.AddGatewayOptions<SqliteOptions>(SqliteOptions.SectionName);
    }
}
