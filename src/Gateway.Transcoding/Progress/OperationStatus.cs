namespace Gateway.Transcoding.Progress;

public enum OperationStatus
{
    Completed,

    /// <summary>Not needed for this job or input.</summary>
    Skipped,

    Failed,

    /// <summary>Stopped from outside: cancel, shutdown or a lost lease (the metadata's <c>reason</c> says which).</summary>
    Cancelled,
}
