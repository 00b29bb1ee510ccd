namespace Gateway.Server.Rooms;

internal enum JoinFailure
{
    /// <summary>The room has as many members as it may.</summary>
    RoomFull,

    /// <summary>The node has as many rooms as it may.</summary>
    TooManyRooms,

    /// <summary>The history does not answer; try again.</summary>
    Unavailable,
}
