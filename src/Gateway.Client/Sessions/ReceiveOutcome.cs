namespace Gateway.Client.Sessions;

/// <summary>How far the session came with a WebSocket message.</summary>
internal enum ReceiveOutcome
{
    /// <summary>All frames were taken.</summary>
    Done,

    /// <summary>The next frame is for a room whose application has not made room for it.</summary>
    Blocked,

    /// <summary>The bytes are not what the protocol promises.</summary>
    Malformed,
}
