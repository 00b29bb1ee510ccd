namespace Gateway.Server.Rooms;

/// <summary>Which messages a congested connection is sent first. The values index the connection's queues.</summary>
internal enum RoomPriority
{
    High = 0,
    Medium = 1,
    Low = 2,
}
