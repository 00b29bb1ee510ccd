namespace Gateway.Client;

/// <summary>Whether the client can reach the gateway at the moment.</summary>
public enum ConnectionStatus
{
    /// <summary>There is no connection. <see cref="StatusChange.WillRetry"/> says whether the client is still trying in the background.</summary>
    Disconnected = 0,

    /// <summary>A connection is being made, for the first time or again.</summary>
    Connecting = 1,

    /// <summary>The gateway has welcomed the client.</summary>
    Connected = 2,
}
