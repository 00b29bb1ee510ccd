namespace Gateway.Nats;

/// <summary>What a full reader does with the next message. Either way one is dropped, counted and told: NATS has no way to slow a publisher down.</summary>
public enum NatsFullPolicy
{
    /// <summary>The new message is dropped, as other clients do: what is read has no holes until the reader has caught up.</summary>
    DropNewest = 0,

    /// <summary>The oldest message that waits is dropped: what is read is the newest state.</summary>
    DropOldest = 1,
}
