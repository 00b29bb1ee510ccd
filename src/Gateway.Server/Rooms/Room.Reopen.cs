namespace Gateway.Server.Rooms;

/// <summary>How a room finds back to its history after a write whose outcome nobody knows, or after the history was lost.</summary>
/// <remarks>
/// Invariant: a member sees, under one epoch, the offsets of the history without hole or double, also when a write was in doubt. It holds because
/// (1) the history stores a room's messages only if it ends at <see cref="Room.Head"/>, so a write that was given up on and is carried out late cannot come between;
/// (2) a room in doubt orders nothing until all its writes have been answered and it has read its head again, and what it finds beyond its own head, stored but never
/// acknowledged, goes to the members before anything new;
/// (3) pages of history are cut at <see cref="Room.Head"/>: what is beyond comes to the members through the room.
/// </remarks>
internal sealed partial class Room
{
    private const int CatchUpCount = 256;
    private const int CatchUpBytes = 256 * 1024;
    private static readonly TimeSpan ReopenInterval = TimeSpan.FromSeconds(1);

    // What came back unwritten goes first, so that a publisher's messages keep their order.
    private readonly Queue<Publication> _returned = new();
    private bool _isDoubtful;
    private long _claimedHead;

    // Where the catching up ends.
    private long _reachedHead;

    private void Doubt()
    {
        _isOpen = false;
        _isDoubtful = true;
    }

    // Not while writes are under way: their answers belong to the order from before. Nor as an owner whose lease has run out: what follows from that is about to come, and opens the room.
    private void TryOpen()
    {
        if (_isOpen || _isOpening || _pendingCount > 0)
        {
            return;
        }

        if (Role == RoomRole.Owner && _relay.Role != RoomRole.Owner)
        {
            // Or nothing follows: it was renewed at the last moment.
            Lane.ScheduleIn(this, ReopenInterval);
            return;
        }

        Open();
    }

    private void Reconcile(HistoryHead at)
    {
        if (at.Epoch != Epoch)
        {
            BeginEpoch(at);
            GoOn();
        }
        else if (at.Head <= Head)
        {
            GoOn();
        }
        else if (Kind.IsDurable)
        {
            _reachedHead = at.Head;
            CatchUp();
        }
        else
        {
            // What was held goes first: it may be all that is missing.
            GoOn();
            if (_isOpen && Epoch == at.Epoch && Head < at.Head)
            {
                Skip(at.Head);
            }
        }
    }

    private void CatchUp()
    {
        _isOpening = true;
        var page = _directory.History.ReadAsync(this, Head, CatchUpCount, CatchUpBytes);
        if (page.IsCompletedSuccessfully)
        {
            CaughtUp(page.Result);
        }
        else
        {
            var attempt = _attempt;
            _ = page.AsTask().ContinueWith(
                task => Lane.Post(this, CaughtUpCode, task.IsCompletedSuccessfully ? task.Result : null, attempt),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void CaughtUp(HistoryPage? page)
    {
        if (page is null || page.Epoch != Epoch)
        {
            DoubtsHistory |= page is not null;
            page?.Release();
            FailWaiting();
            return;
        }

        foreach (var message in page.Messages)
        {
            // Not further: a follower must not be ahead of what its owner has sent.
            if (message.Offset == Head + 1 && Head < _reachedHead)
            {
                Head = message.Offset;
                Broadcast(message);
            }

            message.Release();
        }

        if (Head >= _reachedHead)
        {
            GoOn();
        }
        else if (page.First > Head + 1)
        {
            // Trimmed meanwhile: each member reads on by itself and is told what is gone.
            Skip(_reachedHead);
            GoOn();
        }
        else if (page.Messages.Count == 0)
        {
            // The history ends before what it has said it has: it is asked again in a while.
            FailWaiting();
        }
        else
        {
            CatchUp();
        }
    }

    private void BeginEpoch(HistoryHead at)
    {
        ContinuedEpoch = at.Continues ? Epoch : 0;
        Epoch = at.Epoch;
        Head = at.Head;
        _claimedHead = 0;
        SendMoved(at.Continues);
    }

    // What lies between is not to be had: each member reads on by itself and is told so.
    private void Skip(long head)
    {
        Head = head;
        SendMoved(continues: true);
    }

    private void SendMoved(bool continues)
    {
        foreach (var local in _subscribers.ToArray())
        {
            local.SendMoved(new Moved(Epoch, Head, continues));
        }
    }
}
