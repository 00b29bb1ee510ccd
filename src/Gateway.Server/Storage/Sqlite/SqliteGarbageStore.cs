using Dapper;
using Gateway.Server.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IGarbageStore"/>
internal sealed class SqliteGarbageStore(SqliteDatabase database) : IGarbageStore
{
    public Task<IReadOnlyList<string>> ListAsync(int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string>>(
        connection => [.. connection.Query<string>("SELECT id FROM garbage LIMIT @limit", new { limit })], cancellationToken);

    public Task ForgetAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM garbage WHERE id = @id", new { id }), cancellationToken);
}
