using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>A question to an owner who is in its room.</summary>
/// <param name="Room">Which; null when nobody here is in it.</param>
/// <param name="Query">Waits for the answer.</param>
/// <param name="DueAt">When this node answers by itself, in lane milliseconds.</param>
internal sealed record RosterAsk(RelayedRoom? Room, RosterQuery Query, long DueAt);
