namespace Gateway.Server.Rooms;

/// <summary>
/// Keeps the messages of durable rooms. Written for a remote store: everything may be asynchronous, writes come in groups, and one that completes at once
/// completes synchronously.
/// </summary>
/// <remarks>
/// Called on the home lane of the rooms concerned; results are taken up there again. For one shard at most one append is under way at a
/// time. A fault is a value, not an exception: <see cref="AppendStatus.Unavailable"/> per entry, null for a read.
/// </remarks>
internal interface IHistory
{
    /// <summary>
    /// Where the room stands; creates an empty history under a new epoch when there is none. A room that opens again shows with its epoch and head what it has given its
    /// members: a history that does not reach so far was lost in part, and goes on under a new epoch. Null: unavailable.
    /// </summary>
    ValueTask<HistoryHead?> OpenAsync(Room room);

    /// <summary>The room has no members and no publishers here any more; what is kept for it may age out.</summary>
    void Close(Room room);

    /// <summary>Stores the group in order and fills in the outcome of each entry. A room's messages are stored only if its history ends at the room's head.</summary>
    ValueTask AppendAsync(AppendGroup group);

    /// <summary>Reads on from an offset.</summary>
    /// <param name="after">The last offset the reader has.</param>
    /// <param name="maxCount">Messages at most; at least 1.</param>
    /// <param name="maxBytes">Stops after the message with which this is reached; at least one message is given.</param>
    /// <returns>Null: unavailable.</returns>
    ValueTask<HistoryPage?> ReadAsync(Room room, long after, int maxCount, int maxBytes);
}
