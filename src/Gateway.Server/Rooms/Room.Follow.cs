namespace Gateway.Server.Rooms;

/// <summary>How a room follows its owner on another node, and how it changes hands.</summary>
/// <remarks>
/// Invariant: under one epoch the members here get the offsets Head+1, Head+2 … without hole or double, whatever is lost, doubled or late on the way. It holds because
/// (1) the owner says where it stands after this node is on the list of those it sends to, and what comes before that answer is held;
/// (2) a message with another offset than Head+1 is either known already or shows a hole, which is filled from the history, or told as lost in a room that has none, before anything else goes out;
/// (3) what an owner sends under an older lease than the newest one known here is dropped.
/// </remarks>
internal sealed partial class Room
{
    // What comes while the room finds out where it stands; beyond it messages are dropped, and fetched from the history like any hole.
    private const int MaxHeldCount = 4096;

    private readonly Queue<RoomBatch> _held = new();
    private int _heldCount;
    private long _ownerEpoch;

    /// <summary>What this node is to the room, as the room has been told.</summary>
    public RoomRole Role { get; private set; }

    /// <summary>The newest owner's lease that is known: what comes under an older one is out of date.</summary>
    public long OwnerEpoch => _ownerEpoch;

    /// <summary>Holes that were found in what the owner sent.</summary>
    public static long HoleCount => Interlocked.Read(ref _holeCount);

    private static long _holeCount;

    /// <summary>The shard is another's now, or this node's: the room finds out where it stands.</summary>
    public void OnPlaced(RoomRole role)
    {
        var was = Role;
        Role = role;
        _roster.TellsConnections = role != RoomRole.Owner;
        _attempt++;
        _isOpening = false;
        Doubt();
        if (was == RoomRole.Owner && role != RoomRole.Owner)
        {
            _roster.ForgetOthers();
            Lane.Timers.Cancel(_resync);
        }
        else if (was != RoomRole.Owner && role == RoomRole.Owner)
        {
            DropHeld();
            Lane.ScheduleIn(_resync, _directory.Options.PresenceGrace);
        }

        ForwardWaiting();

        if (HasSubscribers || _readsWaitingForOpen.Count > 0 || _returned.Count > 0 || _waitingForOpen.Count > 0 || _roster.Count > 0)
        {
            TryOpen();
        }
    }

    /// <summary>The owner has said where the room stands.</summary>
    public void OnFollowed(RoomPlace place)
    {
        if (Role != RoomRole.Follower || !_isOpening)
        {
            foreach (var message in place.Kept)
            {
                message.Release();
            }

            return;
        }

        _ownerEpoch = place.OwnerEpoch;
        DropOlder(place);
        var isNew = false;
        foreach (var message in place.Kept)
        {
            // Members have been given what is kept here. From the first that is new on all are kept again, so that they stand in the owner's order: the oldest goes first when there are too many.
            isNew |= _kept?.Has(message) != true;
            if (isNew)
            {
                Keep(message);
                if (_subscribers.Count > 0)
                {
                    Broadcast(message);
                }
            }

            message.Release();
        }

        Opened(new HistoryHead(place.Epoch, place.Head, place.Continues));
        ReportAll();
    }

    /// <summary>Nobody has said where the room stands.</summary>
    public void OnUnavailable()
    {
        if (_isOpening)
        {
            FailWaiting();
        }
    }

    /// <summary>Takes what the owner has sent, in its order. Takes over the batch.</summary>
    public void Receive(RoomBatch batch)
    {
        if (Role != RoomRole.Follower || IsAnyLaneOverloaded())
        {
            // Too much for the members' lanes is lost as on the way: the next one shows the hole.
            batch.Release();
        }
        else if (_isOpen)
        {
            Apply(batch);
        }
        else
        {
            Hold(batch);
        }
    }

    /// <summary>The owner says where the room stands: what it sent last may have been lost.</summary>
    public void OnHead(long ownerEpoch, long epoch, long head)
    {
        if (Role != RoomRole.Follower || !_isOpen || IsOutdated(ownerEpoch, epoch))
        {
            return;
        }

        if (ownerEpoch > _ownerEpoch || epoch != Epoch)
        {
            Reopen();
        }
        else if (head > Head)
        {
            FillTo(head);
        }
    }

    /// <summary>As the owner: members elsewhere have been given this much. A room that does not know of it looks at its history again, which may have been lost in part.</summary>
    public void Claim(long epoch, long head)
    {
        if (epoch == Epoch && head > Head && Kind.IsDurable)
        {
            _claimedHead = Math.Max(_claimedHead, head);
            Doubt();
            TryOpen();
        }
    }

    // The history has these, and somebody has been given them: this node is behind, whatever its part is.
    private void CatchUpTo(long head)
    {
        if (Role == RoomRole.Owner)
        {
            // While writes are under way the history is ahead of their answers, and nothing is amiss.
            if (_pendingCount == 0)
            {
                Claim(Epoch, head);
            }
        }
        else if (Role == RoomRole.Follower && _isOpen)
        {
            FillTo(head);
        }
    }

    /// <summary>Somebody elsewhere wants to know where the room stands.</summary>
    public void EnsureOpen()
    {
        Touch();
        TryOpen();
    }

    /// <summary>The owner does not know this node any more, or is not the owner: everything begins anew.</summary>
    public void Reopen()
    {
        Doubt();
        TryOpen();
    }

    private void Apply(RoomBatch batch)
    {
        if (IsOutdated(batch.OwnerEpoch, batch.Epoch))
        {
            batch.Release();
            return;
        }

        if (batch.OwnerEpoch > _ownerEpoch || batch.Epoch != Epoch)
        {
            _ownerEpoch = batch.OwnerEpoch;
            Hold(batch);
            Reopen();
            return;
        }

        while (batch.Peek() is { } message)
        {
            if (message.IsTransient)
            {
                Keep(message);
                Broadcast(message);
            }
            else if (message.Offset > Head + 1 && Kind.IsDurable)
            {
                Hold(batch);
                FillTo(message.Offset - 1);
                return;
            }
            else if (message.Offset > Head)
            {
                if (message.Offset > Head + 1)
                {
                    FillTo(message.Offset - 1);
                }

                Head = message.Offset;
                Broadcast(message);
            }

            batch.Take().Release();
        }

        batch.Release();
    }

    // Under one lease the room's epochs only grow: a smaller one was sent before the history was lost.
    private bool IsOutdated(long ownerEpoch, long epoch) => ownerEpoch < _ownerEpoch || (ownerEpoch == _ownerEpoch && epoch < Epoch);

    private void FillTo(long head)
    {
        Interlocked.Increment(ref _holeCount);
        if (Kind.IsDurable)
        {
            Doubt();
            _reachedHead = head;
            CatchUp();
        }
        else
        {
            Skip(head);
        }
    }

    private void Hold(RoomBatch batch)
    {
        var count = batch.Messages.Count - batch.Taken;
        if (_heldCount + count > MaxHeldCount)
        {
            batch.Release();
            return;
        }

        _heldCount += count;
        _held.Enqueue(batch);
    }

    // A batch that shows another hole is held again, and goes on when that is filled: with it in front, since only what came later stands behind it.
    private void ReceiveHeld()
    {
        for (var left = _held.Count; left > 0 && _held.TryDequeue(out var batch); left--)
        {
            _heldCount -= batch.Messages.Count - batch.Taken;
            if (_isOpen)
            {
                Receive(batch);
            }
            else
            {
                Hold(batch);
            }
        }
    }

    // What was sent before the owner said what it keeps, and is held: of a key that it has said that is this value, or a newer one.
    private void DropOlder(RoomPlace place)
    {
        foreach (var batch in _held)
        {
            if (batch.OwnerEpoch == place.OwnerEpoch && batch.Number > 0 && batch.Number <= place.Number)
            {
                _heldCount -= batch.DropTransients(message => place.Kept.Any(kept => kept.ConflationKey.SequenceEqual(message.ConflationKey)));
            }
        }
    }

    private void DropHeld()
    {
        while (_held.TryDequeue(out var batch))
        {
            batch.Release();
        }

        _heldCount = 0;
    }
}
