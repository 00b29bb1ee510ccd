namespace Gateway.Client.Sessions;

/// <summary>A publish from the call to its acknowledgement. Belongs to the outbox and is touched under the session's lock.</summary>
internal sealed class PendingPublish(long sequence, string room, string eventName, byte[] payload, string? idempotencyKey, string? conflationKey)
{
    private readonly TaskCompletionSource<PublishReceipt> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its place among all publishes of this client.</summary>
    public long Sequence { get; } = sequence;

    public string Room { get; } = room;

    public string Event { get; } = eventName;

    public byte[] Payload { get; } = payload;

    public string? IdempotencyKey { get; } = idempotencyKey;

    public string? ConflationKey { get; } = conflationKey;

    /// <summary>The id it is on its way under; 0 while it waits.</summary>
    public int Id { get; set; }

    /// <summary>When it was sent for the first time: from then on it may be stored, and the idempotency window runs.</summary>
    public TimeSpan? FirstSentAt { get; set; }

    public Task<PublishReceipt> Completion => _completion.Task;

    public void Complete(PublishReceipt receipt) => _completion.TrySetResult(receipt);

    public void Fail(GatewayException exception)
    {
        if (_completion.TrySetException(exception))
            _ = _completion.Task.Exception;
    }
}
