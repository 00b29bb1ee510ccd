using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// Some time after a room has changed hands all members are sent the whole roster: the new owner was never told of those who went with the node that owned it before. As long as the grace of
/// presence, so that they have time to come back.
/// </summary>
internal sealed class RosterResync(Room room) : WheelEntry
{
    public override void OnDue() => room.ResyncRoster();
}
