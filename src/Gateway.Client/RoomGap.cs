namespace Gateway.Client;

/// <summary>Messages of a room that this client will not see.</summary>
/// <param name="From">The last position before the loss.</param>
/// <param name="To">The position from which the stream goes on. Equal to <paramref name="From"/> when only transient messages were lost.</param>
/// <param name="LostCount">How many messages are missing; null when nobody can tell (the room began a new epoch).</param>
/// <param name="Cause">Who lost them.</param>
public sealed record RoomGap(RoomPosition From, RoomPosition To, long? LostCount, RoomGapCause Cause);
