using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Connections;

/// <summary>What a connection is for: the gateway's protocol, or an echo. One for each connection; called on its lane only.</summary>
internal interface IConnectionHandler
{
    void OnOpened(Connection connection);

    /// <summary>A whole message.</summary>
    /// <param name="payload">Valid during the call.</param>
    void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload);

    /// <summary>The deadline set by <see cref="Connection.SetDeadline"/> has passed.</summary>
    void OnDeadline();

    /// <summary>The connection, which had no place for more, has place again.</summary>
    void OnPlace();

    /// <summary>The node drains: the client is to be told when to come back. The close frame follows after a grace.</summary>
    void OnGoAway(GoAwayNotice notice);

    /// <summary>The connection is over; the last call.</summary>
    void OnClosed(CloseCause cause);
}
