namespace Gateway.Server.Rooms;

/// <summary>
/// What a room sees of a connection: somebody who takes messages and says when it has no place for more. Called on the member's lane only.
/// </summary>
internal interface IMember
{
    /// <summary>The form in which this member takes messages.</summary>
    WireEncoding Encoding { get; }

    /// <summary>The member's number among the <see cref="IOutlets"/> of its lane, the same while it is a member; below 0: it has none.</summary>
    int Outlet { get; }

    /// <summary>
    /// Takes what the room got in one turn. The member moves <see cref="Membership.Position"/> on to the last offset it has taken; if it cannot take all of a durable
    /// room's messages it calls <see cref="Membership.FallBehind"/> and is served from the history later.
    /// </summary>
    void Deliver(Membership membership, RoomTurn turn);

    /// <summary>Takes one message that was read from the history or kept for a conflation key; keeps a reference of its own.</summary>
    void DeliverKept(Membership membership, RoomMessage message);

    /// <summary>Takes a frame about the room that is no message, such as changes of presence, in MessagePack.</summary>
    void DeliverNotice(Membership membership, byte[] frame);

    /// <summary>Tells that the offsets of this range are gone for the member.</summary>
    void DeliverLost(Membership membership, long from, long to);

    /// <summary>True while there is place for a page of history. When that changes from false to true, the member calls <see cref="LocalRoom.ReadOn"/> for each membership that is behind.</summary>
    bool HasPlace { get; }

    /// <summary>The join has succeeded; messages from <paramref name="outcome"/>'s offset on follow.</summary>
    void OnJoined(Membership membership, in JoinOutcome outcome);

    /// <summary>The room's history was lost, and the room goes on under a new epoch: messages from <paramref name="outcome"/>'s offset on follow.</summary>
    void OnEpochChanged(Membership membership, in JoinOutcome outcome);

    /// <summary>The join has failed; the membership is over.</summary>
    void OnJoinFailed(Membership membership, JoinFailure failure);
}
