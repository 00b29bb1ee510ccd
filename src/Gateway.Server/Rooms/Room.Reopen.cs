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
    private HistoryHead _reached;

    private void Doubt()
    {
        _isOpen = false;
        _isDoubtful = true;
    }

    // Not while writes are under way: their answers belong to the order from before.
    private void TryOpen()
    {
        if (!_isOpen && !_isOpening && _pendingCount == 0)
        {
            Open();
        }
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
        else
        {
            _reached = at;
            CatchUp();
        }
    }

    private void CatchUp()
    {
        var page = _directory.History.ReadAsync(this, Head, CatchUpCount, CatchUpBytes);
        if (page.IsCompletedSuccessfully)
        {
            CaughtUp(page.Result);
        }
        else
        {
            _ = page.AsTask().ContinueWith(
                static (task, room) => ((Room)room!).Lane.Post((Room)room, CaughtUpCode, task.IsCompletedSuccessfully ? task.Result : null),
                this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void CaughtUp(HistoryPage? page)
    {
        if (page is null || page.Epoch != Epoch)
        {
            page?.Release();
            FailWaiting();
            return;
        }

        foreach (var message in page.Messages)
        {
            if (message.Offset == Head + 1)
            {
                Head = message.Offset;
                Broadcast(message);
            }

            message.Release();
        }

        if (Head >= _reached.Head)
        {
            GoOn();
        }
        else if (page.First > Head + 1)
        {
            // Trimmed meanwhile: each member reads on by itself and is told what is gone.
            Head = _reached.Head;
            SendMoved(continues: true);
            GoOn();
        }
        else
        {
            CatchUp();
        }
    }

    private void BeginEpoch(HistoryHead at)
    {
        Epoch = at.Epoch;
        Head = at.Head;
        SendMoved(at.Continues);
    }

    private void SendMoved(bool continues)
    {
        foreach (var local in _subscribers.ToArray())
        {
            local.SendMoved(new Moved(Epoch, Head, continues));
        }
    }
}
