using Dapper;
using Gateway.Server.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IOutboxStore"/>
internal sealed class SqliteOutboxStore(SqliteDatabase database) : IOutboxStore
{
    public Task<IReadOnlyList<OutboxEvent>> ReadAsync(int limit, IReadOnlyCollection<string> except, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OutboxEvent>>(
        connection => [.. connection.Query<OutboxRow>(
            "SELECT id, room, event, payload, idempotency_key AS IdempotencyKey FROM outbox WHERE room NOT IN @except ORDER BY id LIMIT @limit",
            new { limit, except })
            .Select(static row => row.ToEvent())],
        cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM outbox WHERE id IN @sequences", new { sequences }), cancellationToken);
}
