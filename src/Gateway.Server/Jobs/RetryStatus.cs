namespace Gateway.Server.Jobs;

internal enum RetryStatus
{
    Queued,
    NotFound,

    /// <summary>The job waits, runs, or ended in a way that is not tried again.</summary>
    WrongState,
    QueueFull,
}
