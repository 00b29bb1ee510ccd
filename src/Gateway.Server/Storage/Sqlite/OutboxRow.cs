using Gateway.Server.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Dapper's view of a row of outbox.</summary>
internal sealed class OutboxRow
{
    public long Id { get; init; }

    public required string Room { get; init; }

    public required string Event { get; init; }

    public required byte[] Payload { get; init; }

    public required string IdempotencyKey { get; init; }

    public OutboxEvent ToEvent() => new(Id, Room, Event, Payload, IdempotencyKey);
}
