namespace Gateway.Server.Rooms;

/// <summary>
/// The shortest way from a room to those of its members for whom nothing else waits: what the room got goes out without a look at the member. Belongs to a lane, as the members do.
/// </summary>
internal interface IOutlets
{
    /// <summary>Sends all that the turn holds to a member that is to get all of it.</summary>
    /// <returns>False: the member has to be asked (<see cref="IMember.Deliver"/>); nothing was done.</returns>
    bool TrySend(Membership membership, RoomTurn turn, RoomPriority priority);
}
