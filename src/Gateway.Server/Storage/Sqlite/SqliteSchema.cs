using Dapper;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Brings a database from whatever version it has to the newest, one transaction a step.</summary>
internal static class SqliteSchema
{
    /// <exception cref="InvalidOperationException">The file was written by a newer server.</exception>
    public static void Migrate(SqliteConnection connection, IReadOnlyList<Migration> migrations)
    {
        var current = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (current > migrations.Count)
        {
            throw new InvalidOperationException(
                $"{connection.DataSource} has schema version {current}, but this server knows only {migrations.Count}. Start the newer server, or restore a backup.");
        }

        foreach (var migration in migrations.Skip(current))
        {
            using var transaction = connection.BeginTransaction();
            // The transaction is the only writer's: another node that shares the file may have been first.
            if (connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction) >= migration.Version)
                continue;
            connection.Execute(migration.Sql, transaction: transaction);
            connection.Execute($"PRAGMA user_version = {migration.Version}", transaction: transaction);
            transaction.Commit();
        }
    }
}
