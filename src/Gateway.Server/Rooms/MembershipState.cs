namespace Gateway.Server.Rooms;

/// <remarks>A byte, so that what each delivery looks at in a <see cref="Membership"/> lies together and an idle member is no larger for it.</remarks>
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
