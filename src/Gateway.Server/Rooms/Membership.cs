namespace Gateway.Server.Rooms;

/// <summary>One member (a connection) in one room. Belongs to the lane of the connection.</summary>
/// <remarks>Invariant: every offset up to <see cref="Position"/> has been handed to the member or told as lost, none beyond it has.</remarks>
internal sealed class Membership(LocalRoom room, IMember member, JoinRequest request, long tag)
{
    public LocalRoom Room { get; } = room;

    public IMember Member { get; } = member;

    /// <summary>As in <see cref="IMember.Outlet"/>, at hand for each delivery.</summary>
    public int Outlet { get; } = member.Outlet;

    public JoinRequest Request { get; } = request;

    /// <summary>The member's own number for the join, such as the id of its frame.</summary>
    public long Tag { get; } = tag;

    /// <summary>True when the same connection was a member already, and leaves that membership for this one.</summary>
    public bool IsReplacement { get; init; }

    public MembershipState State { get; set; } = MembershipState.Joining;

    /// <summary>The last offset handed to the member.</summary>
    public long Position { get; set; }

    /// <summary>What the rules of the kind said about publishing when the member joined.</summary>
    public bool MayPublish { get; set; }

    /// <summary>True when the member was found to own the room.</summary>
    public bool IsOwner { get; set; }

    /// <summary>True while a page of history is under way for this member.</summary>
    public bool IsReading { get; set; }

    /// <summary>True when a change of presence could not be sent: the whole roster is due.</summary>
    public bool NeedsRoster { get; set; }

    /// <summary>Where the member stands in the room's list.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Changes of presence are sent; taken away when a fresh token does not allow it.</summary>
    public bool WantsPresence { get; set; } = request.WantsPresence;

    public bool IsPresent => !Request.IsObserver;

    /// <summary>True when all of a turn's messages are to be handed over, and there is one with an offset.</summary>
    public bool IsBefore(RoomTurn turn) => State == MembershipState.Live && Position < turn.FirstOffset;

    /// <summary>From now on the member is served from the history.</summary>
    public void FallBehind()
    {
        if (State == MembershipState.Live)
        {
            State = MembershipState.Behind;
        }
    }
}
