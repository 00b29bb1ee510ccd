namespace Gateway.Server.Connections.Sockets;

/// <summary>What carries the bytes of WebSocket connections.</summary>
internal enum TransportKind
{
    /// <summary>The lanes read and write their sockets themselves; Linux, with OpenSSL 3 for TLS. Where that cannot be: pipes.</summary>
    LaneSocket,

    /// <summary>Kestrel's pipes, on every platform and with TLS.</summary>
    Pipe,
}
