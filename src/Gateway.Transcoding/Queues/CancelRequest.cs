namespace Gateway.Transcoding.Queues;

/// <summary>What became of a user's wish to cancel.</summary>
public enum CancelRequest
{
    /// <summary>No such job, or it has ended.</summary>
    NotFound,

    /// <summary>It was waiting and is gone; no worker will speak of it.</summary>
    Removed,

    /// <summary>A worker has it and learns of the wish at its next heartbeat.</summary>
    Signalled,
}
