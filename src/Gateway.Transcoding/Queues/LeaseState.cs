namespace Gateway.Transcoding.Queues;

/// <summary>How a lease stood when the queue was asked to do something with it.</summary>
public enum LeaseState
{
    /// <summary>Held by the asker, and what was asked is done.</summary>
    Held,

    /// <summary>
    /// Held, but the user wants the job cancelled. <c>Renew</c> still renewed it; <c>Complete</c>, <c>Fail</c> and <c>Release</c> changed
    /// nothing: the worker answers with <see cref="ITranscodeQueue.CancelAsync"/>.
    /// </summary>
    CancelRequested,

    /// <summary>Expired, settled, or taken by someone else; nothing was changed. The worker drops all it made and says nothing.</summary>
    Lost,
}
