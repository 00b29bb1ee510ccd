using System.Text.Json;
using Gateway.Server.Jobs;
using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>Dapper's view of a row of jobs.</summary>
internal sealed class JobRow
{
    public const string Columns =
        """
        id, user_id AS UserId, filename, content_type AS ContentType, preset, options, input_bytes AS InputBytes, input_path AS InputPath,
        output_directory AS OutputDirectory, status, attempt, attempt_base AS AttemptBase, cancel_requested AS CancelRequested, lease_id AS LeaseId,
        worker_id AS WorkerId, lease_expires_at AS LeaseExpiresAt, progress, stage, eta_seconds AS EtaSeconds, fps, speed,
        error_code AS ErrorCode, error_message AS ErrorMessage, result, created_at AS CreatedAt, updated_at AS UpdatedAt,
        started_at AS StartedAt, completed_at AS CompletedAt
        """;

    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required string Preset { get; init; }

    public required string Options { get; init; }

    public long InputBytes { get; init; }

    public required string InputPath { get; init; }

    public required string OutputDirectory { get; init; }

    public required string Status { get; init; }

    public int Attempt { get; init; }

    public int AttemptBase { get; init; }

    public bool CancelRequested { get; init; }

    public string? LeaseId { get; init; }

    public string? WorkerId { get; init; }

    public long? LeaseExpiresAt { get; init; }

    public double Progress { get; init; }

    public string? Stage { get; init; }

    public double? EtaSeconds { get; init; }

    public double? Fps { get; init; }

    public double? Speed { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public string? Result { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? CompletedAt { get; init; }

    public Job ToJob() => new()
    {
        Id = Id,
        UserId = UserId,
        FileName = FileName,
        ContentType = ContentType,
        Preset = ParsePreset(Preset),
        Options = JsonSerializer.Deserialize(Options, JobsJson.Default.TranscodeJobOptions)!,
        InputBytes = InputBytes,
        InputPath = InputPath,
        OutputDirectory = OutputDirectory,
        Status = JobStatusNames.Parse(Status),
        Attempt = Attempt,
        AttemptBase = AttemptBase,
        CancelRequested = CancelRequested,
        Progress = Progress,
        Stage = Stage,
        EtaSeconds = EtaSeconds,
        Fps = Fps,
        Speed = Speed,
        Error = ErrorCode is null ? null : new JobFault(ErrorCode, ErrorMessage ?? ""),
        Result = Result is null ? null : JsonSerializer.Deserialize(Result, JobsJson.Default.StoredResult),
        CreatedAt = CreatedAt.ToTime(),
        UpdatedAt = UpdatedAt.ToTime(),
        StartedAt = StartedAt.ToTime(),
        CompletedAt = CompletedAt.ToTime(),
    };

    public static JobPreset ParsePreset(string name) =>
        JobPreset.TryParse(name, out var preset) ? preset : throw new InvalidDataException($"The database holds the unknown preset '{name}'.");
}
