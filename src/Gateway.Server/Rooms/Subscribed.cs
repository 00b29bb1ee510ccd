namespace Gateway.Server.Rooms;

/// <summary>The answer of a room to a lane that wants its messages: where the room stands. From here on the lane gets everything, in order.</summary>
/// <param name="Kept">One reference each, for the receiver.</param>
internal sealed record Subscribed(Room Room, long Epoch, long Head, RoomMessage[] Kept);
