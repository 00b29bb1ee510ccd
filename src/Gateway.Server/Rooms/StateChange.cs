namespace Gateway.Server.Rooms;

/// <summary>A user's new state in a room, on its way to the room's home lane.</summary>
internal sealed record StateChange(string User, string State, byte[]? Data);
