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

    /// <summary>The answer; null: unavailable.</summary>
    public HistoryPage? Page { get; set; }
}
