using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Jobs;

/// <summary>A row of the jobs table.</summary>
internal sealed record Job
{
    /// <summary>Also the id of the upload it came from.</summary>
    public required string Id { get; init; }

    public required string UserId { get; init; }

    /// <summary>As the user called it, made safe to show; never part of a path.</summary>
    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required JobPreset Preset { get; init; }

    public required TranscodeJobOptions Options { get; init; }

    public required long InputBytes { get; init; }

    /// <summary>Relative to the data directory, as is <see cref="OutputDirectory"/>.</summary>
    public required string InputPath { get; init; }

    public required string OutputDirectory { get; init; }

    public JobStatus Status { get; init; }

    /// <summary>Attempts begun in all the job's life; a cancel while it waits takes a number too. With the status it names a terminal event.</summary>
    public int Attempt { get; init; }

    /// <summary><see cref="Attempt"/> when it was last asked for: the worker counts from here.</summary>
    public int AttemptBase { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>0 to 100.</summary>
    public double Progress { get; init; }

    public string? Stage { get; init; }

    public double? EtaSeconds { get; init; }

    public double? Fps { get; init; }

    public double? Speed { get; init; }

    public JobFault? Error { get; init; }

    public StoredResult? Result { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}
