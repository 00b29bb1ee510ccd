namespace Gateway.Server.Jobs;

internal enum CreateJobStatus
{
    Created,

    /// <summary>There is a job of that id: the upload was finished before.</summary>
    Exists,
    QueueFull,
}
