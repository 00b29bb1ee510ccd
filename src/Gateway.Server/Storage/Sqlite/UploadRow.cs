using System.Text.Json;
using Gateway.Server.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Dapper's view of a row of uploads.</summary>
internal sealed class UploadRow
{
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required string Preset { get; init; }

    public required string Options { get; init; }

    public long? SizeBytes { get; init; }

    public long CreatedAt { get; init; }

    public long TouchedAt { get; init; }

    public Upload ToUpload() => new(
        Id, UserId, FileName, ContentType, JobRow.ParsePreset(Preset), JsonSerializer.Deserialize(Options, JobsJson.Default.TranscodeJobOptions)!,
        SizeBytes, CreatedAt.ToTime(), TouchedAt.ToTime());
}
