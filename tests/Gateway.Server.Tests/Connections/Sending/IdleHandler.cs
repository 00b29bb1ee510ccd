using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>Does nothing: what is sent is the test's affair. A member of rooms that are no rooms.</summary>
internal sealed class IdleHandler : IConnectionHandler, IMember
{
    public bool IsClosed { get; private set; }

    public bool FailsAtTheEnd { get; set; }

    public Connection Connection { get; private set; } = null!;

    public WireEncoding Encoding => Connection.Encoding;

    public int Outlet => Connection.Outlet;

    public bool HasPlace => Connection.HasPlace;

    /// <summary>How often there was place again.</summary>
    public int PlaceCount { get; private set; }

    public void OnOpened(Connection connection) => Connection = connection;

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

    public void OnClosed(CloseCause cause)
    {
        IsClosed = true;
        if (FailsAtTheEnd)
            throw new InvalidOperationException("As the test wishes.");
    }

    public void Deliver(Membership membership, RoomTurn turn) => throw new NotSupportedException();

    public void DeliverKept(Membership membership, RoomMessage message) => throw new NotSupportedException();

    public void DeliverNotice(Membership membership, byte[] frame) => throw new NotSupportedException();

    public void DeliverLost(Membership membership, long from, long to) => throw new NotSupportedException();

    public void OnJoined(Membership membership, in JoinOutcome outcome) => throw new NotSupportedException();

    public void OnEpochChanged(Membership membership, in JoinOutcome outcome) => throw new NotSupportedException();

    public void OnJoinFailed(Membership membership, JoinFailure failure) => throw new NotSupportedException();
}
