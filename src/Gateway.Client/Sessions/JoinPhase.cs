namespace Gateway.Client.Sessions;

internal enum JoinPhase
{
    /// <summary>A join is to be sent, at the room's due time.</summary>
    Wanted,

    /// <summary>A join was sent and not answered.</summary>
    Sent,

    /// <summary>The gateway sends the room's messages.</summary>
    Joined,
}
