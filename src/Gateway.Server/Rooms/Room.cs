using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// A room on its home lane, where it gets its order: messages are given offsets here, stored if the kind is durable, and sent to every lane that has members. Belongs to its
/// home lane; other lanes reach it by commands.
/// </summary>
/// <remarks>
/// <para>Invariant: the messages that leave here have the offsets Head+1, Head+2 … without a hole, and a durable message leaves only after the history has it.</para>
/// <para>Hot path: no allocation per message; benchmarked by RoomPublishBenchmarks.</para>
/// </remarks>
internal sealed partial class Room : WheelEntry, ILaneWork
{
    public const int PublishCode = 1;
    public const int SubscribeCode = 2;
    public const int UnsubscribeCode = 3;
    public const int ReadCode = 4;
    public const int EnterCode = 5;
    public const int LeaveCode = 6;
    public const int StateCode = 7;
    public const int RosterCode = 8;
    private const int OpenedCode = 9;
    private const int ReadDoneCode = 10;
    private const int CaughtUpCode = 11;

    private readonly RoomDirectory _directory;
    private readonly IRoomRelay _relay;
    private readonly List<LocalRoom> _subscribers = [];
    private readonly List<LocalRoom> _subscribing = [];
    private readonly Queue<Publication> _waitingForOpen = new();
    private readonly List<HistoryRead> _readsWaitingForOpen = [];
    private bool _isOpen;
    private bool _isOpening;
    private int _pendingCount;
    private int _takenPlaces;
    private long _lastUsed;

    // Answers to what was asked before the room was placed elsewhere are out of date.
    private long _attempt;

    public Room(RoomDirectory directory, string name, RoomKind kind, int number)
    {
        _directory = directory;
        Name = name;
        Kind = kind;
        Number = number;
        _roster = new Roster(directory.Lane, directory.Options, AnnounceChanges);
        _resync = new RosterResync(this);
        _relay = directory.Relay.Attach(this);
        Role = _relay.Role;
        _roster.TellsConnections = Role != RoomRole.Owner;
    }

    public string Name { get; }

    public RoomKind Kind { get; }

    /// <summary>Stands for the room in frames; the same for all members on this node.</summary>
    public int Number { get; }

    public long Epoch { get; private set; }

    /// <summary>The newest offset that has left for the members.</summary>
    public long Head { get; private set; }

    /// <summary>The newest offset that members are known to have been given, here or elsewhere: a history that ends before it was lost in part.</summary>
    public long GivenHead => Math.Max(Head, _claimedHead);

    /// <summary>Whether the room knows where it stands.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The history was found to be of another epoch: its owner is to look.</summary>
    public bool DoubtsHistory { get; private set; }

    /// <summary>Whether anybody here wants what the room gets.</summary>
    public bool HasSubscribers => _subscribers.Count + _subscribing.Count > 0;

    /// <summary>The epoch before this one, when its offsets go on in this one; 0: none.</summary>
    public long ContinuedEpoch { get; private set; }

    /// <summary>The latest transient messages. Valid until the next change.</summary>
    public IReadOnlyList<RoomMessage> Kept => _kept?.Messages ?? [];

    /// <summary>The relay's part of this room.</summary>
    public IRoomRelay Relay => _relay;

    public Lane Lane => _directory.Lane;

    /// <summary>Takes a member's place, on whichever lane the member is. False: <see cref="RoomKindOptions.MaxMembers"/> are taken. Any thread.</summary>
    /// <param name="isReplacement">The member joins again and gives its former place back at once: it always gets one.</param>
    public bool TryTakePlace(bool isReplacement)
    {
        if (Interlocked.Increment(ref _takenPlaces) <= Kind.Options.MaxMembers || isReplacement)
        {
            return true;
        }

        Interlocked.Decrement(ref _takenPlaces);
        return false;
    }

    /// <summary>Any thread.</summary>
    public void GiveBackPlace() => Interlocked.Decrement(ref _takenPlaces);

    /// <summary>Finds out where the room stands, from its history as its owner, else from its owner; until then everything waits.</summary>
    public void Open()
    {
        Touch();
        _isOpening = true;
        if (Role != RoomRole.Owner)
        {
            _relay.Follow();
            return;
        }

        var inherited = Inherit();
        if (!Kind.IsDurable)
        {
            Opened(Resume(inherited));
            return;
        }

        var open = _directory.History.OpenAsync(this);
        if (open.IsCompletedSuccessfully)
        {
            Opened(open.Result);
        }
        else
        {
            var attempt = _attempt;
            _ = open.AsTask().ContinueWith(
                task => Lane.Post(this, OpenedCode, task.IsCompletedSuccessfully ? task.Result : null, attempt),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case PublishCode:
                Publish((Publication)argument!);
                break;
            case SubscribeCode:
                Subscribe((LocalRoom)argument!);
                break;
            case UnsubscribeCode:
                Unsubscribe((LocalRoom)argument!);
                break;
            case ReadCode:
                Read((HistoryRead)argument!);
                break;
            case ReadDoneCode:
                FinishRead((HistoryRead)argument!);
                break;
            case OpenedCode:
                if (number == _attempt)
                {
                    Opened((HistoryHead?)argument);
                }

                break;
            case CaughtUpCode:
                if (number == _attempt)
                {
                    CaughtUp((HistoryPage?)argument);
                }
                else
                {
                    ((HistoryPage?)argument)?.Release();
                }

                break;
            default:
                ExecutePresence(code, argument, number);
                break;
        }
    }

    public void Subscribe(LocalRoom local)
    {
        Touch();
        if (_isOpen)
        {
            _subscribers.Add(local);
            local.SendSubscribed(this, Epoch, Head, _kept?.Share() ?? []);
        }
        else
        {
            _subscribing.Add(local);
            TryOpen();
        }
    }

    public void Unsubscribe(LocalRoom local)
    {
        Touch();
        if (!_subscribers.Remove(local))
        {
            _subscribing.Remove(local);
        }
    }

    /// <summary>Answers from the history. The read goes back to its reader, which owns the page.</summary>
    public void Read(HistoryRead read)
    {
        Touch();
        if (!_isOpen)
        {
            _readsWaitingForOpen.Add(read);
            TryOpen();
            return;
        }

        if (!Kind.IsDurable)
        {
            // Who was given more elsewhere comes too early; only an owner can tell that nobody was.
            read.Page = read.After > Head && _relay.Role != RoomRole.Owner ? null : new HistoryPage(Epoch, Head, Head + 1, []);
            read.Reader.OnHistoryRead(read);
            return;
        }

        var page = _directory.History.ReadAsync(this, read.After, read.MaxCount, read.MaxBytes);
        if (page.IsCompletedSuccessfully)
        {
            read.Page = page.Result;
            FinishRead(read);
        }
        else
        {
            _ = page.AsTask().ContinueWith(
                (task, state) =>
                {
                    var done = (HistoryRead)state!;
                    done.Page = task.IsCompletedSuccessfully ? task.Result : null;
                    Lane.Post(this, ReadDoneCode, done);
                },
                read, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The room has been quiet: it is forgotten unless somebody came meanwhile.</summary>
    public override void OnDue()
    {
        var quietUntil = _lastUsed + (long)_directory.Options.IdleTimeout.TotalMilliseconds;
        if (_isDoubtful && (HasSubscribers || HasWaiting || _readsWaitingForOpen.Count > 0 || _relay.IsFollowed))
        {
            TryOpen();
            if (IsScheduled)
            {
                return;
            }
        }

        if (_subscribers.Count + _subscribing.Count > 0 || _pendingCount > 0 || _waitingForOpen.Count > 0 || _isOpening || _roster.Count > 0 || _roster.IsScheduled || _relay.IsFollowed)
        {
            Lane.ScheduleIn(this, _directory.Options.IdleTimeout);
        }
        else if (Lane.Now < quietUntil)
        {
            Lane.Timers.Schedule(this, quietUntil);
        }
        else
        {
            DropHeld();
            Lane.Timers.Cancel(_resync);
            _relay.Close();
            _kept?.Clear();
            _directory.Forget(this);
        }
    }

    private void FinishRead(HistoryRead read)
    {
        if (read.Page is { } page)
        {
            if (page.Epoch != Epoch && Kind.IsDurable)
            {
                page.Release();
                read.Page = null;
                DoubtsHistory = true;
                Doubt();
                _readsWaitingForOpen.Add(read);
                TryOpen();
                return;
            }

            if (!read.IsUncut && read.After > Head && read.After <= page.Head)
            {
                // The reader was given more elsewhere than this node knows of: it comes again when that has been made up for.
                var after = read.After;
                page.Release();
                read.Page = null;
                CatchUpTo(after);
            }
            else
            {
                // The store may be ahead of the answer that has not come here yet.
                read.Page = read.IsUncut ? page : page.Until(Head);
            }
        }

        read.Reader.OnHistoryRead(read);
    }

    private void Touch()
    {
        _lastUsed = Lane.Now;
        if (!IsScheduled)
        {
            Lane.ScheduleIn(this, _directory.Options.IdleTimeout);
        }
    }

    private void Opened(HistoryHead? head)
    {
        if (head is not { } at)
        {
            FailWaiting();
        }
        else if (Epoch == 0)
        {
            Epoch = at.Epoch;
            Head = at.Head;
            GoOn();
        }
        else
        {
            Reconcile(at);
        }
    }

    // Everything is known again: those who waited are served.
    private void GoOn()
    {
        _isOpening = false;
        _isOpen = true;
        _isDoubtful = DoubtsHistory = false;

        // Copies: on this lane an answer is heard at once, and who hears it may come back with something new.
        var subscribing = _subscribing.ToArray();
        _subscribing.Clear();
        _subscribers.AddRange(subscribing);
        foreach (var local in subscribing)
        {
            local.SendSubscribed(this, Epoch, Head, _kept?.Share() ?? []);
        }

        _relay.OnOpened();
        ReceiveHeld();
        var reads = _readsWaitingForOpen.ToArray();
        _readsWaitingForOpen.Clear();
        foreach (var read in reads)
        {
            Read(read);
        }

        PlaceWaiting();
    }

    // Nobody says where the room stands: whoever waits is told so, and the next one who comes makes us try again.
    private void FailWaiting()
    {
        _isOpening = false;
        var subscribing = _subscribing.ToArray();
        _subscribing.Clear();
        foreach (var local in subscribing)
        {
            local.SendRefused(JoinFailure.Unavailable);
        }

        _relay.OnUnavailable();
        if (_subscribers.Count > 0 || _relay.IsFollowed)
        {
            Lane.ScheduleIn(this, ReopenInterval);
        }

        var reads = _readsWaitingForOpen.ToArray();
        _readsWaitingForOpen.Clear();
        foreach (var read in reads)
        {
            FinishRead(read);
        }

        while (_returned.TryDequeue(out var publication) || _waitingForOpen.TryDequeue(out publication))
        {
            publication.Complete(PublishStatus.Unavailable, 0, 0);
        }
    }
}
