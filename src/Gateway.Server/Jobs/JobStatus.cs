namespace Gateway.Server.Jobs;

/// <summary>
/// The states of a job: queued -> running -> completed | failed | cancelled; running -> queued (retry, shutdown, death of the worker);
/// queued -> cancelled; an ended job -> queued (asked for again). Stored and sent by name: never rename.
/// </summary>
internal enum JobStatus
{
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}
