namespace Gateway.Server.Jobs;

/// <summary>The steps of the state machine as the history names them. Stored: never rename.</summary>
internal static class JobOperations
{
    public const string Queued = "job.queued";
    public const string Started = "job.started";

    /// <summary>An attempt failed, another follows.</summary>
    public const string Requeued = "job.requeued";

    /// <summary>Handed back untouched at a shutdown; the attempt does not count.</summary>
    public const string Released = "job.released";

    public const string CancelRequested = "job.cancel-requested";
    public const string Completed = "job.completed";
    public const string Failed = "job.failed";
    public const string Cancelled = "job.cancelled";

    /// <summary>Asked for again after its end.</summary>
    public const string Retried = "job.retried";
}
