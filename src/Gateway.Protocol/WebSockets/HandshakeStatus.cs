namespace Gateway.Protocol.WebSockets;

/// <summary>What the first bytes of a connection are.</summary>
public enum HandshakeStatus
{
    /// <summary>Cannot be told yet; call again with these bytes and more.</summary>
    NeedMore,

    /// <summary>A correct opening handshake.</summary>
    Upgrade,

    /// <summary>Not a WebSocket upgrade on one of the paths, perhaps not even HTTP: for somebody else to answer, from the first byte on.</summary>
    NotUpgrade,

    /// <summary>A WebSocket upgrade with a fault: answer with the rejection and close.</summary>
    Invalid,
}
