namespace Gateway.Client;

/// <summary>How to publish a message.</summary>
public sealed record PublishOptions
{
    /// <summary>
    /// A name for this publish, 1 to 128 bytes: the gateway stores a second one with the same key only once. Null (the default) lets the client choose
    /// one, which makes its own repetitions safe; set one that survives a restart of the process where that matters.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Makes the message transient, 1 to 128 bytes: not kept, and replaced by the next with the same key wherever it still waits, in this client
    /// too (<see cref="PublishReceipt.Superseded"/>). For cursors, progress, typing.
    /// </summary>
    public string? ConflationKey { get; init; }
}
