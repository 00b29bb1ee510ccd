namespace Gateway.Server.Rooms;

internal enum RoomRuleVerdict
{
    Denied,
    Allowed,

    /// <summary>Allowed if the identity owns the room, which only an <see cref="IRoomOwners"/> knows.</summary>
    AskOwner,
}
