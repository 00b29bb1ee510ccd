using System.Buffers;
using Gateway.Server.Cluster;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>
/// The relay of one lane: where its shards are, its rooms' parts, and what is under way to other nodes. Belongs to the lane; others reach it by commands.
/// </summary>
internal sealed partial class LaneRelay : WheelEntry, ILaneWork
{
    public const int ForwardCode = 1;
    public const int AckCode = 2;
    public const int NoteCode = 3;
    public const int BatchCode = 4;
    public const int NoticeCode = 5;
    public const int AcquiredCode = 6;
    public const int LosingCode = 7;
    public const int LostCode = 8;
    public const int MapCode = 9;
    public const int RestoredCode = 10;
    public const int StartCode = 11;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly ShardSeat[] _seats;
    private readonly Dictionary<NodeId, NodeOutbox> _outboxes = [];
    private readonly Dictionary<(NodeId Node, int Shard), ForwardIntake> _intakes = [];
    private readonly Dictionary<long, RosterAsk> _asks = [];
    private List<RelayedRoom> _pending = [];
    private readonly List<RelayedRoom> _unsaid = [];
    private readonly List<RelayedRoom> _following = [];
    private RoomDirectory? _directory;
    private readonly int _maxForwards;
    private int _forwardCount;
    private long _nextAsk;
    private long _number;
    private long _forgetAt;
    private double _checkDebt;
    private int _nextCheck;

    public LaneRelay(RelayNode node, Lane lane, int laneCount, TimeProvider time)
    {
        _maxForwards = Math.Max(1, node.Options.MaxForwards / laneCount);
        _maxSaidBytes = MaxSaidBytesPerTick / laneCount;
        _maxLastBytes = MaxLastBytesPerTick / laneCount;
        Node = node;
        Lane = lane;
        _seats = [.. Enumerable.Range(0, RoomSet.ShardCount).Select(shard => new ShardSeat(shard, node.Self, time))];
        ForwardTimeout = (long)node.Options.ForwardTimeout.TotalMilliseconds;
        RetryAfter = (long)node.Options.RetryAfter.TotalMilliseconds;
        FollowTimeout = (long)node.Options.FollowTimeout.TotalMilliseconds;
    }

    public RelayNode Node { get; }

    public Lane Lane { get; }

    public RoomDirectory Directory => _directory!;

    /// <summary>In lane milliseconds.</summary>
    public long ForwardTimeout { get; }

    /// <summary>In lane milliseconds.</summary>
    public long RetryAfter { get; }

    /// <summary>In lane milliseconds.</summary>
    public long FollowTimeout { get; }

    /// <summary>For one message at a time.</summary>
    public ArrayBufferWriter<byte> Scratch { get; } = new(4096);

    /// <summary>Of the message to other nodes that was begun last.</summary>
    public long Number => _number;

    /// <summary>For the next message to other nodes.</summary>
    public long NextNumber() => ++_number;

    /// <summary>Before the lane turns.</summary>
    public void Start(RoomDirectory directory)
    {
        _directory = directory;
        Lane.Post(this, StartCode);
    }

    public ShardSeat SeatOf(int shard) => _seats[shard];

    public NodeOutbox OutboxOf(NodeId node)
    {
        if (!_outboxes.TryGetValue(node, out var outbox))
        {
            outbox = new NodeOutbox(this, Node.Self, Node.Subjects.OfNode(node));
            _outboxes.Add(node, outbox);
        }

        return outbox;
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case ForwardCode:
                OnForward((IncomingForward)argument!);
                break;
            case AckCode:
                var ack = (IncomingAck)argument!;
                _seats[ack.Shard].Link?.OnAck(ack.Link, ack.Sequence, ack.Result);
                ack.Return();
                break;
            case NoteCode:
                OnNote((IncomingNote)argument!);
                break;
            case AcquiredCode:
                OnAcquired((ShardLease)argument!);
                break;
            case LosingCode:
                OnLosing((ShardLease)argument!);
                break;
            case LostCode:
                OnLost((ShardLease)argument!);
                break;
            case MapCode:
                OnMap((ShardMap)argument!);
                break;
            case RestoredCode:
                OnRestored();
                break;
            case StartCode:
                Lane.ScheduleIn(this, TickInterval);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, "The relay knows no such command.");
        }
    }

    /// <summary>Whether one more publish may be under way from this lane.</summary>
    public bool TryTakeForward()
    {
        if (_forwardCount >= _maxForwards)
            return false;
        _forwardCount++;
        return true;
    }

    public void GiveBackForward() => _forwardCount--;

    /// <summary>Brings a publish to the owner. Takes over the publication.</summary>
    public void Forward(RelayedRoom room, Publication publication)
    {
        var seat = room.Seat;
        (seat.Link ??= new ForwardLink(this, seat)).Send(room, publication);
    }

    /// <summary>Tells a node that its link must begin anew.</summary>
    public void Refuse(NodeId node, int shard, long link)
    {
        var outbox = OutboxOf(node);
        var writer = outbox.Begin(RelayItem.Refused, shard, 1);
        writer.WriteInt(link);
        writer.Flush();
        outbox.End();
    }

    /// <summary>The room waits for its owner's answer.</summary>
    public void AddPending(RelayedRoom room) => _pending.Add(room);

    /// <summary>The room has sent something, and will say where it stands when it is quiet.</summary>
    public void AddUnsaid(RelayedRoom room) => _unsaid.Add(room);

    public void AddFollowing(RelayedRoom room)
    {
        room.FollowingIndex = _following.Count;
        _following.Add(room);
    }

    // The last one takes its place: there may be tens of thousands, and many go at once when a node dies.
    public void RemoveFollowing(RelayedRoom room)
    {
        var last = _following[^1];
        _following[room.FollowingIndex] = last;
        last.FollowingIndex = room.FollowingIndex;
        _following.RemoveAt(_following.Count - 1);
    }

    /// <summary>Has the owner answer who is in a room.</summary>
    public void Ask(RelayedRoom room, RosterQuery query)
    {
        if (room.Seat.Owner is not { } owner)
        {
            room.MissRoster();
            room.Room.AnswerFromHere(query);
            return;
        }

        WriteAsk(owner, room.Seat.Shard, room, query);
    }

    /// <summary>The same for a room that this node does not know.</summary>
    public void Ask(RosterQuery query)
    {
        var seat = _seats[RoomSet.ShardOf(query.Room)];
        if (seat.Role == RoomRole.Follower)
        {
            WriteAsk(seat.Owner!.Value, seat.Shard, null, query);
            return;
        }

        AnswerWithout(query, isPartial: seat.Role != RoomRole.Owner);
    }

    /// <summary>Asks an owner who is in a room.</summary>
    public void SendAsk(NodeId owner, int shard, string room, long question, IReadOnlyList<string>? users)
    {
        var outbox = OutboxOf(owner);
        var writer = outbox.Begin(RelayItem.AskRoster, shard, 3, RelayedRoom.MaxOverheadBytes + (users?.Sum(static user => user.Length * 4) ?? 0));
        writer.WriteString(room);
        writer.WriteInt(question);
        if (users is null)
        {
            writer.WriteNil();
        }
        else
        {
            writer.WriteArrayHeader(users.Count);
            foreach (var user in users)
                writer.WriteString(user);
        }

        writer.Flush();
        outbox.End();
    }

    /// <summary>The regular look at what got no answer.</summary>
    public override void OnDue()
    {
        Lane.ScheduleIn(this, TickInterval);
        var forgets = Lane.Now >= _forgetAt;
        if (forgets)
            _forgetAt = Lane.Now + (long)Node.Options.CheckInterval.TotalMilliseconds;
        foreach (var seat in _seats)
        {
            if (seat.Lease is null)
                seat.Link?.Tick();
            else if (forgets)
                seat.Rooms.ForEach(static room => room.ForgetSilentFollowers());
        }

        foreach (var intake in _intakes.Values)
            intake.Tick();
        if (forgets)
            ForgetSilentRooms();
        SayStandings();
        LookAtPending();
        _unsaid.RemoveAll(static room => room.HasSaidHead());
        ExpireAsks();
        CheckSome();
    }

    // Into a new list: a room that gives up may at once begin anew, and adds itself then.
    private void LookAtPending()
    {
        if (_pending.Count == 0)
            return;
        var pending = _pending;
        _pending = [];
        foreach (var room in pending)
        {
            if (room.IsStillPending())
                _pending.Add(room);
        }
    }

    private void ExpireAsks()
    {
        if (_asks.Count == 0)
            return;
        foreach (var (question, ask) in _asks.Where(ask => ask.Value.DueAt <= Lane.Now).ToArray())
        {
            _asks.Remove(question);
            AnswerFromHere(ask);
        }
    }

    private static void AnswerFromHere(RosterAsk ask)
    {
        if (ask.Room is not { } room)
        {
            AnswerWithout(ask.Query, isPartial: true);
            return;
        }

        // The members will be told all when the owner can be asked.
        room.MissRoster();
        room.Room.AnswerFromHere(ask.Query);
    }

    private static void AnswerWithout(RosterQuery query, bool isPartial)
    {
        query.IsPartial = isPartial;
        query.Frame = isPartial ? [] : Rooms.Roster.EmptyFrame(query.Id);
        query.Reader.OnRoster(query);
    }

    private void WriteAsk(NodeId owner, int shard, RelayedRoom? room, RosterQuery query)
    {
        var question = ++_nextAsk;
        _asks.Add(question, new RosterAsk(room, query, Lane.Now + (long)Node.Options.RosterTimeout.TotalMilliseconds));
        SendAsk(owner, shard, query.Room, question, query.Users);
    }

    // All rooms within the interval, in turn, so that they do not speak all at once.
    private void CheckSome()
    {
        _checkDebt += _following.Count * (TickInterval / Node.Options.CheckInterval);
        for (; _checkDebt >= 1 && _following.Count > 0; _checkDebt--)
        {
            _nextCheck = (_nextCheck + 1) % _following.Count;
            _following[_nextCheck].Check();
        }
    }

    private void OnForward(IncomingForward forward)
    {
        var (sender, shard, link, sequence) = (forward.Sender, forward.Shard, forward.Link, forward.Sequence);
        var message = forward.Message;
        ForwardIntake? intake = null;
        if (_seats[shard].Role != RoomRole.Owner)
            Refuse(sender, shard, link);
        else if (IntakeOf(sender, shard, link, sequence) is { } own && own.Take(sequence))
            intake = own;
        if (intake is not null && message is not null && !Lane.IsOverloaded)
        {
            Directory.Publish(Publication.Create(message, forward.Key, intake, sequence, forward.Room));
        }
        else
        {
            // Answered in its turn, so that it holds up nobody behind it.
            intake?.Refused(sequence, new PublishResult(message is null ? PublishStatus.Unavailable : PublishStatus.Overloaded, 0, 0));
            message?.Release();
        }

        forward.Return();
    }

    private ForwardIntake? IntakeOf(NodeId sender, int shard, long link, long sequence)
    {
        if (_intakes.TryGetValue((sender, shard), out var intake) && intake.Link == link)
            return intake;
        if (sequence != 1)
        {
            // Its beginning was lost, or went to a former owner.
            Refuse(sender, shard, link);
            return null;
        }

        intake?.End();
        return _intakes[(sender, shard)] = new ForwardIntake(this, sender, shard, link);
    }
}
