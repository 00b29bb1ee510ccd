namespace Gateway.Server.Rooms;

/// <summary>A read of a room's history by somebody who is not a member.</summary>
internal sealed record NamedRead(string Room, RoomKind Kind, HistoryRead Read);
