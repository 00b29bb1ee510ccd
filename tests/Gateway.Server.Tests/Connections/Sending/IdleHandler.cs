using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>Does nothing: what is sent is the test's affair.</summary>
internal sealed class IdleHandler : IConnectionHandler
{
    public bool IsClosed { get; private set; }

    /// <summary>How often there was place again.</summary>
    public int PlaceCount { get; private set; }

    public void OnOpened(Connection connection)
    {
    }

    public void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
    }

    public void OnDeadline()
    {
    }

    public void OnPlace() => PlaceCount++;

    public void OnGoAway(GoAwayNotice notice)
    {
    }

    public void OnClosed(CloseCause cause) => IsClosed = true;
}
