namespace Gateway.Client;

/// <summary>Why messages are missing.</summary>
public enum RoomGapCause
{
    /// <summary>The client was away, or fell behind, for longer than the room's history reaches back.</summary>
    HistoryExceeded = 0,

    /// <summary>The gateway dropped them because this client read too slowly.</summary>
    SlowConsumer = 1,

    /// <summary>The room's history was lost on the gateway, and a new epoch began.</summary>
    NewEpoch = 2,

    /// <summary>The gateway left them out and did not deliver them when asked again several times.</summary>
    NotDelivered = 3,
}
