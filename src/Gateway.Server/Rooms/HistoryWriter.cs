using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// Writes the durable messages of one shard to the history, one group at a time: what arrives while a write is under way, or while too many other shards' are, goes with the next.
/// Belongs to the shard's home lane.
/// </summary>
/// <remarks>Invariant: at most one group is lent to the history, and with it one of the lane's slots; the rooms see the outcomes in the order in which the messages came.</remarks>
internal sealed class HistoryWriter(Lane lane, IHistory history, IRelay relay, WriteSlots slots, int shard) : ILaneFlush, ILaneWork
{
    private AppendGroup _gathering = new() { Shard = shard };
    private AppendGroup _writing = new() { Shard = shard };
    private readonly List<AppendEntry> _doubtful = [];
    private bool _isWriting;
    private bool _isFlushAsked;
    private bool _isInLine;
    private bool _hasSlot;
    private int _slotRound;

    /// <summary>Messages wait or are on their way.</summary>
    public bool IsBusy => _isWriting || _gathering.Count > 0;

    public void Add(Room room, Publication publication)
    {
        _gathering.Add(room, publication);
        if (!_isWriting && !_isInLine)
        {
            AskFlush();
        }
    }

    /// <summary>One of the slots is this writer's, after it had none.</summary>
    public void OnSlot(int round)
    {
        _isInLine = false;
        (_hasSlot, _slotRound) = (true, round);
        AskFlush();
    }

    public void Flush()
    {
        _isFlushAsked = false;
        while (!_isWriting && _gathering.Count > 0)
        {
            if (!TakeOutDoubtful())
            {
                continue;
            }

            if (!TryTakeSlot())
            {
                return;
            }

            (_gathering, _writing) = (_writing, _gathering);
            _isWriting = true;
            _writing.LeaseEpoch = relay.EpochOf(shard);
            var write = history.AppendAsync(_writing);
            if (write.IsCompletedSuccessfully)
            {
                Finish();
            }
            else
            {
                Await(write.AsTask());
            }
        }
    }

    public void Execute(int code, object? argument, long number)
    {
        Finish();
        Flush();
    }

    private void AskFlush()
    {
        if (!_isFlushAsked)
        {
            _isFlushAsked = true;
            lane.FlushWriter(this);
        }
    }

    // Rooms that do not know where they stand get theirs back; for that nobody has to wait for a slot. False: there were some, and what they did about it is to be looked at.
    private bool TakeOutDoubtful()
    {
        _gathering.TakeDoubtful(_doubtful);
        if (_doubtful.Count == 0)
        {
            return true;
        }

        if (_gathering.Count == 0)
        {
            GiveBackSlot();
        }

        ReturnDoubtful();
        if (_gathering.Count == 0)
        {
            relay.OnWritten(shard);
        }

        return false;
    }

    private void GiveBackSlot()
    {
        if (_hasSlot)
        {
            _hasSlot = false;
            slots.GiveBack(_slotRound);
        }
    }

    private bool TryTakeSlot()
    {
        if (!_hasSlot && !_isInLine)
        {
            _hasSlot = slots.TryTake(this, out _slotRound);
            _isInLine = !_hasSlot;
        }

        return _hasSlot;
    }

    // The outcome comes back to the lane as a command, whatever thread the store completes on. A faulted task leaves the entries Unavailable.
    private void Await(Task write)
    {
        _ = write.ContinueWith(
            static (task, state) =>
            {
                _ = task.Exception;
                var writer = (HistoryWriter)state!;
                writer.PostFinished();
            },
            this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // Its messages from before may have come back unwritten: what came after them must not be written first.
    private void ReturnDoubtful()
    {
        foreach (var entry in _doubtful)
        {
            Tell(entry with { Status = AppendStatus.Behind });
        }

        _doubtful.Clear();
    }

    // A fault in one room must not stop the writing for all rooms of the shard.
    private void Tell(AppendEntry entry)
    {
        try
        {
            entry.Room.OnAppended(entry);
        }
        catch (Exception e)
        {
            lane.Report(e);
        }
    }

    private void TellFenced()
    {
        try
        {
            relay.OnFenced(shard, _writing.LeaseEpoch);
        }
        catch (Exception e)
        {
            lane.Report(e);
        }
    }

    private void PostFinished() => lane.Post(this, 0);

    private void Finish()
    {
        if (_writing.IsFenced)
        {
            // First, so that the rooms hand on what was not written.
            TellFenced();
        }

        foreach (ref var entry in _writing.Entries)
        {
            Tell(entry);
        }

        _writing.Clear();
        _isWriting = false;
        GiveBackSlot();
        if (_gathering.Count == 0)
        {
            relay.OnWritten(shard);
        }
    }
}
