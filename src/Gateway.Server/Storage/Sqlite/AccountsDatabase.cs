using Gateway.Server.Accounts;
using Gateway.Server.Operations;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Where users and their sign-ins are: in the node's own database, or in a file that the nodes of one machine share (<see cref="AccountsOptions.Database"/>).</summary>
internal sealed class AccountsDatabase : IDisposable
{
    private readonly SqliteDatabase? _shared;

    /// <exception cref="StartRefusedException">The shared file cannot be used.</exception>
    public AccountsDatabase(SqliteDatabase own, IOptions<AccountsOptions> accounts, IOptions<SqliteOptions> sqlite)
    {
        if (accounts.Value.Database is { Length: > 0 } path)
            _shared = Open(Path.GetFullPath(path), sqlite.Value);
        Database = _shared ?? own;
    }

    public SqliteDatabase Database { get; }

    public void Dispose() => _shared?.Dispose();

    private static SqliteDatabase Open(string path, SqliteOptions sqlite)
    {
        try
        {
            return new SqliteDatabase(path, sqlite);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"the accounts in {path} (Gateway:Accounts:Database) cannot be used: {e.Message}");
        }
    }
}
