namespace Gateway.Transcoding.Jobs;

/// <summary>One piece of work: a file that lies on disk, and what is to be made of it.</summary>
public sealed record TranscodeJob
{
    /// <summary>Names the job everywhere: in the queue, in progress, in the history. Chosen by whoever submits it.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the uploaded file. It is only read; its name may hold any character.</summary>
    public required string InputPath { get; init; }

    /// <summary>
    /// Directory that belongs to this job alone (absolute; made when missing). A successful attempt leaves one
    /// sub-directory here, renamed into place whole; a failed one leaves nothing.
    /// </summary>
    public required string OutputDirectory { get; init; }

    /// <summary>What the user called the file. For messages only: it never becomes a path or an argument.</summary>
    public required string OriginalFileName { get; init; }

    public required JobPreset Preset { get; init; }

    public TranscodeJobOptions Options { get; init; } = TranscodeJobOptions.Default;

    /// <summary>
    /// 1 for the first attempt. The queue sets it when it leases the job; an attempt that was released (shutdown) is not counted,
    /// one whose worker died is, so that an input which kills its worker comes to an end.
    /// </summary>
    public int Attempt { get; init; } = 1;
}
