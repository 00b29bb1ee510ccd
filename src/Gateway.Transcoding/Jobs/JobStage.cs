namespace Gateway.Transcoding.Jobs;

/// <summary>
/// Where a job is. An attempt passes the stages in this order; its percent is the sum of the stages behind it plus its share of
/// the current one, by the weights of <see cref="JobStages"/>. The wire and the database hold the names, not the numbers.
/// </summary>
public enum JobStage
{
    /// <summary>The file is there, not empty, not too large, and there is room on the disk.</summary>
    Intake,

    /// <summary>ffprobe understands it, and it is within the limits.</summary>
    Validation,

    /// <summary>Duration (measured, where the container does not say), streams, rotation.</summary>
    Metadata,

    Thumbnail,

    Transcode,

    /// <summary>A preview, a check of what was made, and the figures.</summary>
    Analytics,

    /// <summary>The result is flushed to disk and renamed into place; everything temporary goes.</summary>
    Cleanup,

    /// <summary>The queue stores the end, then the terminal event goes out.</summary>
    Notification,
}
