namespace Gateway.Nats;

/// <summary>A reader and what it holds at most.</summary>
public sealed class NatsReaderOptions
{
    /// <summary>The group that shares the messages: each goes to one member. None by default.</summary>
    public string? QueueGroup { get; set; }

    /// <summary>Messages that may wait to be read. 65,536 by default, as in other clients.</summary>
    public int MaxPendingMessages { get; set; } = 65_536;

    /// <summary>Bytes of payloads and headers that may wait to be read. 64 MiB by default.</summary>
    public long MaxPendingBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>What happens beyond that.</summary>
    public NatsFullPolicy FullPolicy { get; set; } = NatsFullPolicy.DropNewest;

    /// <summary>After how many messages it ends; 0 (the default) for no end.</summary>
    public long MaxMessages { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPendingMessages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPendingBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxMessages);
    }
}
