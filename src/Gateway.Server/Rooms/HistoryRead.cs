namespace Gateway.Server.Rooms;

/// <summary>A request for a page of a room's history, from any lane to the room's home lane and back with the answer.</summary>
internal sealed class HistoryRead(IHistoryReader reader, object? state, long after, int maxCount, int maxBytes)
{
    public IHistoryReader Reader { get; } = reader;

    /// <summary>The reader's own.</summary>
    public object? State { get; } = state;

    public long After { get; } = after;

    public int MaxCount { get; } = maxCount;

    public int MaxBytes { get; } = maxBytes;

    /// <summary>
    /// The reader is no member, to whom everything must come in order: it gets all that is stored, also what this node has not been told of yet. So it finds what was acknowledged before it asked,
    /// whichever node it asks.
    /// </summary>
    public bool IsUncut { get; init; }

    /// <summary>The answer; null: unavailable.</summary>
    public HistoryPage? Page { get; set; }
}
