namespace Gateway.Server.Rooms;

internal sealed partial class LocalRoom
{
    /// <summary>Lets a connection in. Its member is told the outcome, at once or when the room has answered.</summary>
    /// <param name="replaced">The membership that this one takes the place of, so that a full room lets its own members in again.</param>
    public Membership Join(IMember member, JoinRequest request, long tag, Membership? replaced = null)
    {
        var membership = new Membership(this, member, request, tag) { IsReplacement = replaced is { Index: >= 0 } };
        _joining.Add(membership);
        if (_room is null)
        {
            if (MemberCount == 1)
            {
                rooms.Subscribe(this);
            }
        }
        else
        {
            Admit(membership);
        }

        return membership;
    }

    /// <summary>The connection leaves the room, or is gone.</summary>
    /// <param name="dropped">True when the connection broke without saying so; presence then waits for it to come back.</param>
    /// <param name="keepPresence">True when the same connection joins again at once.</param>
    public void Leave(Membership membership, bool dropped, bool keepPresence = false)
    {
        if (membership.State == MembershipState.Left)
        {
            return;
        }

        if (membership.Index >= 0)
        {
            Remove(membership);
            if (membership.IsPresent && !keepPresence)
            {
                _room!.Lane.Post(_room, Rooms.Room.LeaveCode, membership.Request.PresenceKey, dropped ? 1 : 0);
            }
        }
        else
        {
            _joining.Remove(membership);
        }

        membership.State = MembershipState.Left;
        rooms.DropIfEmpty(this);
    }

    /// <summary>A member that had fallen behind has place again: the next page of history is fetched for it.</summary>
    public void ReadOn(Membership membership)
    {
        if (membership.State == MembershipState.Behind && !membership.IsReading)
        {
            if (membership.Position >= Head)
            {
                membership.State = MembershipState.Live;
                return;
            }

            // Without place it is the member who calls again, when it has some.
            if (membership.Member.HasPlace)
            {
                StartRead(membership, rooms.Options.CatchUpPageCount);
            }
        }
    }

    /// <summary>Asks for a page of the room's history for a reader on this lane.</summary>
    public void Read(HistoryRead read)
    {
        var room = _room!;
        if (ReferenceEquals(room.Lane, Lane))
        {
            room.Read(read);
        }
        else
        {
            room.Lane.Post(room, Rooms.Room.ReadCode, read);
        }
    }

    /// <summary>The lane has dropped the room: what is still under way for it is given back.</summary>
    public void Drop()
    {
        _isDropped = true;
        Lane.Timers.Cancel(this);
        _turn.ForEach(static message => message.Release());
        _turn.Clear();
        _turnBytes = 0;
        _notices = null;
        _kept.Clear();
    }

    private void OnSubscribed(Subscribed subscribed)
    {
        if (_isDropped)
        {
            Array.ForEach(subscribed.Kept, static message => message.Release());
            return;
        }

        _room = subscribed.Room;
        Number = subscribed.Room.Number;
        Epoch = subscribed.Epoch;
        Head = FlushedHead = subscribed.Head;
        foreach (var message in subscribed.Kept)
        {
            _kept.Keep(message);
            message.Release();
        }

        // By index from behind: admitting takes the membership out of the list.
        for (var i = _joining.Count - 1; i >= 0; i--)
        {
            Admit(_joining[i]);
        }
    }

    private void FailJoining(JoinFailure failure)
    {
        while (_joining.Count > 0)
        {
            var membership = _joining[^1];
            _joining.RemoveAt(_joining.Count - 1);
            membership.State = MembershipState.Left;
            membership.Member.OnJoinFailed(membership, failure);
        }

        rooms.DropIfEmpty(this);
    }

    // Decides where the member begins; reads the history first when something has to be made up for.
    private void Admit(Membership membership)
    {
        var request = membership.Request;
        var isKnownEpoch = request.Epoch == Epoch;
        if (isKnownEpoch && request.Offset == Head)
        {
            Enter(membership, Head, Head, recovered: true);
        }
        else if (isKnownEpoch && request.Offset > Head)
        {
            // Another node has given it more than has come here, or it is wrong: the room knows.
            membership.Position = request.Offset;
            StartRead(membership, rooms.Options.CatchUpPageCount);
        }
        else if (!Kind.IsDurable || (request.Epoch is null && (request.Tail == 0 || Head == 0)))
        {
            Enter(membership, Head, Head, recovered: false);
        }
        else
        {
            // Of another epoch: everything that is kept is new to the member.
            membership.Position = isKnownEpoch ? request.Offset : request.Epoch is null ? Math.Max(0, Head - request.Tail) : 0;
            StartRead(membership, rooms.Options.CatchUpPageCount);
        }
    }

    private void Enter(Membership membership, long position, long head, bool recovered)
    {
        _joining.Remove(membership);
        if (!_room!.TryTakePlace(membership.IsReplacement))
        {
            membership.State = MembershipState.Left;
            membership.Member.OnJoinFailed(membership, JoinFailure.RoomFull);
            rooms.DropIfEmpty(this);
            return;
        }

        membership.Index = _members.Count;
        _members.Add(membership);
        membership.Position = position;
        membership.State = position >= Head ? MembershipState.Live : MembershipState.Behind;
        if (membership.IsPresent)
        {
            _room.Lane.Post(_room, Rooms.Room.EnterCode, membership.Request.PresenceKey);
        }

        membership.Member.OnJoined(membership, new JoinOutcome(Number, Epoch, position, head, recovered));
        if (membership.State != MembershipState.Left)
        {
            foreach (var message in _kept.Messages)
            {
                membership.Member.DeliverKept(membership, message);
            }
        }
    }

    private void StartRead(Membership membership, int maxCount)
    {
        membership.IsReading = true;
        Read(new HistoryRead(this, membership, membership.Position, maxCount, rooms.Options.CatchUpPageBytes));
    }

    private void OnPage(HistoryRead read)
    {
        var membership = (Membership)read.State!;
        membership.IsReading = false;
        var page = read.Page;
        if (membership.State == MembershipState.Left || page is null)
        {
            page?.Release();
            OnNoPage(membership);
            return;
        }

        // One that begins behind the member's position was asked for in another epoch.
        if (page.Epoch != Epoch || read.After > membership.Position)
        {
            page.Release();
            OnOutdatedPage(membership);
            return;
        }

        if (membership.State == MembershipState.Joining && membership.Position > page.Head)
        {
            page.Release();
            OnNoSuchPosition(membership);
            return;
        }

        var before = membership.Position;
        var from = Math.Max(before, page.First - 1);
        if (membership.State == MembershipState.Joining)
        {
            var request = membership.Request;
            var recovered = request.Epoch == page.Epoch && request.Offset == from && from == membership.Position && request.Offset <= page.Head;
            Enter(membership, from, page.Head, recovered);
        }
        else if (from > membership.Position)
        {
            membership.Member.DeliverLost(membership, membership.Position + 1, from);
            membership.Position = from;
        }

        foreach (var message in page.Messages)
        {
            // What finds no place is read again later: the position stays before it.
            if (membership.State == MembershipState.Behind && membership.Member.HasPlace)
            {
                membership.Member.DeliverKept(membership, message);
                membership.Position = message.Offset;
            }

            message.Release();
        }

        if (membership.State == MembershipState.Behind)
        {
            if (membership.Position >= Head)
            {
                membership.State = MembershipState.Live;
            }
            else if (page.Messages.Count == 0 && membership.Position == before)
            {
                // The history ends before what the room has been given: the room is about to hear of it.
                rooms.RetryLater(membership);
            }
            else
            {
                ReadOn(membership);
            }
        }
    }

    // The room has never been there under this epoch: everything that is kept is new to the member.
    private void OnNoSuchPosition(Membership membership)
    {
        if (Kind.IsDurable)
        {
            membership.Position = 0;
            StartRead(membership, rooms.Options.CatchUpPageCount);
        }
        else
        {
            Enter(membership, Head, Head, recovered: false);
        }
    }

    private void OnNoPage(Membership membership)
    {
        if (membership.State == MembershipState.Joining)
        {
            _joining.Remove(membership);
            membership.State = MembershipState.Left;
            membership.Member.OnJoinFailed(membership, JoinFailure.Unavailable);
            rooms.DropIfEmpty(this);
        }
        else if (membership.State == MembershipState.Behind)
        {
            rooms.RetryLater(membership);
        }
    }

    // The last one takes the place of the one that goes: order among members means nothing.
    private void Remove(Membership membership)
    {
        var last = _members[^1];
        _members[membership.Index] = last;
        last.Index = membership.Index;
        _members.RemoveAt(_members.Count - 1);
        membership.Index = -1;
        _room!.GiveBackPlace();
    }
}
