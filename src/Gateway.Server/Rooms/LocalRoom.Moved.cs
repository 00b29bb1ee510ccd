namespace Gateway.Server.Rooms;

internal sealed partial class LocalRoom
{
    /// <summary>Called by the room on its home lane.</summary>
    public void SendMoved(Moved moved) => SendOrRun(MovedCode, moved);

    // Members that are behind the new head read on from the history; in a new epoch they are told where they stand.
    private void OnMoved(Moved moved)
    {
        if (_isDropped)
        {
            return;
        }

        Flush();
        var isNewEpoch = moved.Epoch != Epoch;
        Epoch = moved.Epoch;
        Head = FlushedHead = moved.Head;
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            var membership = _members[i];
            membership.Position = moved.Continues ? Math.Min(membership.Position, Head) : 0;
            membership.State = membership.Position < Head ? MembershipState.Behind : MembershipState.Live;
            if (isNewEpoch)
            {
                membership.Member.OnEpochChanged(membership, new JoinOutcome(Number, Epoch, membership.Position, Head, Recovered: false));
            }
        }

        for (var i = _members.Count - 1; i >= 0; i--)
        {
            ReadOn(_members[i]);
        }
    }

    // A page of an epoch that is over by now says nothing: what it was read for begins anew.
    private void OnOutdatedPage(Membership membership)
    {
        if (membership.State == MembershipState.Joining)
        {
            Admit(membership);
        }
        else
        {
            ReadOn(membership);
        }
    }
}
