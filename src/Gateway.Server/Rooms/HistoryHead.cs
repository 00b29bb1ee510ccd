namespace Gateway.Server.Rooms;

/// <summary>Where a room's history stands.</summary>
/// <param name="Epoch">Changes when the history was lost.</param>
/// <param name="Head">The newest offset; 0 when there is none yet.</param>
/// <param name="Continues">The epoch is new, but its offsets are those of the room's epoch before: only the newest were lost.</param>
internal readonly record struct HistoryHead(long Epoch, long Head, bool Continues = false);
