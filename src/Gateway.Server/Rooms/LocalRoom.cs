using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// A room as one lane knows it: its members among the lane's connections. Gathers what the room sends during a turn and hands it to every member at the turn's end. Belongs to its lane.
/// </summary>
/// <remarks>
/// <para>Invariant: between subscribing and unsubscribing, messages arrive with the offsets Head+1, Head+2 … A member that is live has everything up to the last flushed one.</para>
/// <para>Hot path: <see cref="Receive"/> and <see cref="Flush"/>; no allocation in steady state; benchmarked by RoomPublishBenchmarks.</para>
/// </remarks>
internal sealed partial class LocalRoom(LocalRooms rooms, string name, RoomKind kind) : WheelEntry, ILaneWork, ILaneFlush, IHistoryReader
{
    public const int ReceiveCode = 1;
    public const int NoticeCode = 2;
    private const int SubscribedCode = 3;
    private const int RefusedCode = 4;
    private const int PageCode = 5;
    private const int MovedCode = 6;

    // Handed out at once beyond this, however many rooms are before it: what a member is given in one send (Session), so that a room that waits for its turn holds no more.
    private const int MaxTurnBytes = 64 * 1024;

    private readonly List<Membership> _members = [];
    private readonly List<Membership> _joining = [];
    private readonly List<RoomMessage> _turn = [];
    private int _turnBytes;
    private readonly KeptMessages _kept = new(kind.Options.MaxKeptKeys, rooms.KeptBudget);
    private List<byte[]>? _notices;
    private Room? _room;
    private bool _isFlushAsked;
    private bool _isDropped;

    public string Name { get; } = name;

    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(name);

    public RoomKind Kind { get; } = kind;

    public Lane Lane => rooms.Lane;

    /// <summary>The room itself, on its home lane; null until it has answered.</summary>
    public Room? Room => _room;

    public int Number { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>The newest offset that has reached this lane, whether flushed or not.</summary>
    public long Head { get; private set; }

    /// <summary>The newest offset that has been handed to the members.</summary>
    public long FlushedHead { get; private set; }

    public int MemberCount => _members.Count + _joining.Count;

    /// <summary>Called by the room on its home lane.</summary>
    public void SendSubscribed(Room room, long epoch, long head, RoomMessage[] kept) =>
        SendOrRun(SubscribedCode, new Subscribed(room, epoch, head, kept));

    /// <summary>Called by the room on its home lane.</summary>
    public void SendRefused(JoinFailure failure) => SendOrRun(RefusedCode, failure);

    void IHistoryReader.OnHistoryRead(HistoryRead read) => SendOrRun(PageCode, read);

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case ReceiveCode:
                Receive((RoomMessage)argument!);
                break;
            case NoticeCode:
                Notice((byte[])argument!);
                break;
            case SubscribedCode:
                OnSubscribed((Subscribed)argument!);
                break;
            case RefusedCode:
                FailJoining((JoinFailure)argument!);
                break;
            case PageCode:
                OnPage((HistoryRead)argument!);
                break;
            case MovedCode:
                OnMoved((Moved)argument!);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, "The local room knows no such command.");
        }
    }

    /// <summary>Takes one message of the room, in its order. Takes over the reference.</summary>
    public void Receive(RoomMessage message)
    {
        if (_isDropped)
        {
            message.Release();
            return;
        }

        if (message.IsTransient)
        {
            _kept.Keep(message);
        }
        else
        {
            Head = message.Offset;
        }

        _turn.Add(message);
        _turnBytes += message.Wire.Length;
        if (_turnBytes >= MaxTurnBytes && rooms.Turn.Count == 0)
        {
            Flush();
        }
        else
        {
            AskFlush();
        }
    }

    /// <summary>The room's turn has come, or the batching interval of the kind is over: hands what has come to every member.</summary>
    public void Flush()
    {
        _isFlushAsked = false;
        FlushedHead = Head;
        if (_turn.Count > 0)
        {
            var turn = rooms.Turn;
            turn.Begin(_turn);
            _turnBytes = 0;
            Lane.CountSends(_members.Count);
            rooms.DeliveredCount += (long)turn.Count * _members.Count;
            Deliver(turn, rooms.Outlets, Kind.Options.Priority);
            turn.End();
        }

        if (_notices is not null)
        {
            Lane.CountSends(_members.Count);
            FlushNotices();
        }
    }

    public override void OnDue() => Flush();

    // Optimized from the first call: it is called once a message, so that a thousand calls may take a node half a minute, and loops over a thousand members each time.
    // Backwards: a member that is closed for being stuck takes itself out, and the last one takes its place.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Deliver(RoomTurn turn, IOutlets? outlets, RoomPriority priority)
    {
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            var membership = _members[i];
            try
            {
                if (outlets is not null && membership.IsBefore(turn) && outlets.TrySend(membership, turn, priority))
                {
                    membership.Position = turn.LastOffset;
                }
                else
                {
                    membership.Member.Deliver(membership, turn);
                }
            }
            catch (Exception e)
            {
                // A fault with one member must not take the messages from the others, nor leave them in the lane's one turn for the next room.
                Lane.Report(e);
            }
        }
    }

    private void AskFlush()
    {
        if (_isFlushAsked)
        {
            return;
        }

        _isFlushAsked = true;
        if (Kind.Options.BatchingInterval > TimeSpan.Zero)
        {
            Lane.ScheduleIn(this, Kind.Options.BatchingInterval);
        }
        else
        {
            Lane.FlushRoom(this);
        }
    }

    private void Notice(byte[] frame)
    {
        if (!_isDropped)
        {
            (_notices ??= []).Add(frame);
            AskFlush();
        }
    }

    private void FlushNotices()
    {
        foreach (var frame in _notices!)
        {
            for (var i = _members.Count - 1; i >= 0; i--)
            {
                var membership = _members[i];
                if (membership.WantsPresence)
                {
                    membership.Member.DeliverNotice(membership, frame);
                }
            }
        }

        _notices = null;
    }

    private void SendOrRun(int code, object? argument)
    {
        if (ReferenceEquals(LaneThread.Current, Lane))
        {
            Execute(code, argument, 0);
        }
        else
        {
            Lane.Post(this, code, argument);
        }
    }
}
