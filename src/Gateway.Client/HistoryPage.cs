namespace Gateway.Client;

/// <summary>A part of a room's history.</summary>
/// <param name="Messages">In the room's order.</param>
/// <param name="Epoch">The history's epoch.</param>
/// <param name="Head">The offset of the newest message of the room.</param>
/// <param name="First">The offset of the oldest message that is kept.</param>
/// <param name="HasMore">Whether messages follow: ask again with the offset of the last one.</param>
public sealed record HistoryPage(IReadOnlyList<RoomMessage> Messages, long Epoch, long Head, long First, bool HasMore);
