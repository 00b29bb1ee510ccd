namespace Gateway.Server.Rooms;

internal enum MembershipState : byte
{
    /// <summary>Waits for the room or its history; takes no messages yet.</summary>
    Joining,

    /// <summary>Takes what the room gets, at once.</summary>
    Live,

    /// <summary>Has fallen behind: live messages are not queued for it, it reads on from the history.</summary>
    Behind,

    Left,
}
