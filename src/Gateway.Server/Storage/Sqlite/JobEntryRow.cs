using System.Text.Json.Nodes;
using Gateway.Server.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Dapper's view of a row of processing_history.</summary>
internal sealed class JobEntryRow
{
    public long Id { get; init; }

    public required string JobId { get; init; }

    public string? WorkerId { get; init; }

    public required string Operation { get; init; }

    public required string Status { get; init; }

    public int Attempt { get; init; }

    public long? DurationMs { get; init; }

    public required string Metadata { get; init; }

    public long CreatedAt { get; init; }

    public JobEntry ToEntry() => new(
        Id, JobId, Operation, Status, Attempt, WorkerId, DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : null,
        JsonNode.Parse(Metadata)!.AsObject(), CreatedAt.ToTime());
}
