using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>
/// What the client knows of one room: how far its messages were received without a hole, and what must happen for that to stay true.
/// It survives connections.
/// </summary>
/// <remarks>
/// Touched under the session's lock only, except for the buffer. Invariant: every offset up to <see cref="Received"/> in its epoch was either put
/// into the buffer once, in order, or reported as a gap.
/// </remarks>
internal sealed class Room(string name, JoinOptions options, RoomBuffer buffer)
{
    /// <summary>After so many joins that brought nothing new, what is missing counts as lost.</summary>
    public const int MaxFruitlessJoins = 3;

    private RoomGap? _gapBeforeNext;
    private long _receivedAtLastJoin = -1;
    private int _fruitlessJoins;
    private bool _doubtsEpoch;
    private TimeSpan _joinedAt;
    private long _transientsLeftOut;

    public string Name { get; } = name;

    public JoinOptions Options { get; } = options;

    public RoomBuffer Buffer { get; } = buffer;

    public TaskCompletionSource Joined { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RoomSubscription? Subscription { get; set; }

    public Roster Roster { get; } = new();

    /// <summary>The last position up to which nothing is missing; null before the first <c>joined</c> of a room joined without one.</summary>
    public RoomPosition? Received { get; private set; } = options.From;

    /// <summary>Where the room was first joined.</summary>
    public RoomPosition Start { get; private set; } = options.From ?? default;

    public JoinPhase Phase { get; private set; }

    public int JoinId { get; private set; }

    public TimeSpan JoinDue { get; private set; }

    /// <summary>How many joins in a row the gateway turned away for the moment.</summary>
    public int Refusals { get; private set; }

    /// <summary>What stands for the room on this connection; −1 when nothing does.</summary>
    public int Number { get; private set; } = -1;

    /// <summary>The greatest offset that is known to exist.</summary>
    public long KnownHead { get; private set; }

    /// <summary>When to join again if <see cref="KnownHead"/> was not reached until then.</summary>
    public TimeSpan? CheckDue { get; private set; }

    /// <summary>The application was too slow for too long: messages are left out until it has caught up, then the room is joined again.</summary>
    public bool IsBehind { get; set; }

    /// <summary>The state last set here, to be set again on a new connection.</summary>
    public (string State, byte[] Data)? State { get; set; }

    public bool IsSettled => Phase == JoinPhase.Joined && CheckDue is null;

    /// <summary>Whether something is known to exist that was not received.</summary>
    public bool IsMissingSomething => _doubtsEpoch || Received is not { } received || received.Offset < KnownHead;

    public void Disconnect()
    {
        // A connection that broke before the missing messages came says nothing about whether they can be had.
        ResetRepairs();
        Number = -1;
        CheckDue = null;
        JoinId = 0;
        Refusals = 0;
        WantJoin(default);
    }

    public void WantJoin(TimeSpan due)
    {
        Phase = JoinPhase.Wanted;
        JoinDue = due;
        JoinId = 0;
        CheckDue = null;
    }

    public void JoinSent(int id)
    {
        Phase = JoinPhase.Sent;
        JoinId = id;
    }

    public void JoinRefused(TimeSpan due)
    {
        Refusals++;
        WantJoin(due);
    }

    /// <summary>Takes the answer to a join; tells what was lost, if anything was.</summary>
    public RoomGap? OnJoined(in JoinedFrame frame, TimeSpan now)
    {
        _joinedAt = now;
        Phase = JoinPhase.Joined;
        JoinId = 0;
        Refusals = 0;
        CheckDue = null;
        _doubtsEpoch = false;
        Number = frame.Number;
        var start = new RoomPosition(frame.Epoch, frame.Offset);
        if (Received is not { } before)
        {
            Received = start;
            Start = start;
            KnownHead = frame.Head;
            return null;
        }

        if (before.Epoch != start.Epoch)
        {
            Received = start;
            KnownHead = frame.Head;
            ResetRepairs();
            return Note(new RoomGap(before, start, null, RoomGapCause.NewEpoch));
        }

        KnownHead = Math.Max(KnownHead, frame.Head);
        if (start.Offset > before.Offset)
        {
            Received = start;
            ResetRepairs();
            return Note(new RoomGap(before, start, start.Offset - before.Offset, RoomGapCause.HistoryExceeded));
        }

        // The gateway has less than was seen here, within the same epoch: what it counts from now on is not what it counted before.
        if (!frame.Recovered && start.Offset < before.Offset && frame.Head < before.Offset)
        {
            Received = start;
            KnownHead = frame.Head;
            ResetRepairs();
            return Note(new RoomGap(before, start, null, RoomGapCause.NewEpoch));
        }

        return CountFruitlessJoin(before);
    }

    /// <summary>Whether and how a message continues what was received.</summary>
    public Admission Admit(RoomMessage message)
    {
        if (IsBehind)
        {
            KnownHead = Math.Max(KnownHead, message.Position.Offset);
            _transientsLeftOut += message.IsTransient ? 1 : 0;
            return Admission.Dropped;
        }

        if (message.IsTransient)
            return Add(message) ? Admission.Accepted : Admission.Full;
        if (Received is not { } received || message.Position.Offset <= received.Offset)
            return Admission.Dropped;
        if (message.Position.Offset > received.Offset + 1)
        {
            KnownHead = Math.Max(KnownHead, message.Position.Offset);
            return Phase == JoinPhase.Joined ? Admission.Hole : Admission.Dropped;
        }

        if (!Add(message))
            return Admission.Full;
        Received = message.Position;
        if (CheckDue is not null && !IsMissingSomething)
            CheckDue = null;
        return Admission.Accepted;
    }

    /// <summary>The gateway says what this member lost. Null when that was known, or when the room must be joined again to find out.</summary>
    public RoomGap? OnLost(in LostFrame frame, out bool isHole)
    {
        isHole = false;
        if (Received is not { } received || IsBehind)
            return null;
        if (frame.From == 0)
            return frame.Count == 0 ? null : Note(new RoomGap(received, received, frame.Count, RoomGapCause.SlowConsumer));
        if (frame.To <= received.Offset)
            return null;
        KnownHead = Math.Max(KnownHead, frame.To);
        isHole = frame.From > received.Offset + 1;
        return isHole ? null : SkipTo(frame.To, RoomGapCause.SlowConsumer);
    }

    /// <summary>Takes the room's head; true when this client may be missing something and a check was set for <paramref name="checkDue"/>.</summary>
    public bool OnHead(RoomPosition head, TimeSpan checkDue)
    {
        if (Phase != JoinPhase.Joined || IsBehind || Received is not { } received)
            return false;
        if (head.Epoch == received.Epoch && head.Offset <= received.Offset)
            return false;
        if (head.Epoch == received.Epoch)
            KnownHead = Math.Max(KnownHead, head.Offset);
        else
            _doubtsEpoch = true;
        CheckDue ??= checkDue;
        return true;
    }

    /// <summary>Whether the last answer to a join lies further back than <paramref name="time"/>.</summary>
    public bool WasJoinedBefore(TimeSpan time) => _joinedAt < time;

    public void ClearCheck() => CheckDue = null;

    /// <summary>Joins again a moment later, unless what is missing has arrived by then.</summary>
    public void CheckAt(TimeSpan due) => CheckDue ??= due;

    /// <summary>Says what was left out while the application was behind and will not come again.</summary>
    public RoomGap? TakeTransientLoss()
    {
        if (_transientsLeftOut == 0 || Received is not { } received)
            return null;
        var lost = _transientsLeftOut;
        _transientsLeftOut = 0;
        return Note(new RoomGap(received, received, lost, RoomGapCause.SlowConsumer));
    }

    private bool Add(RoomMessage message)
    {
        // Set before the message is visible to the reader, and kept when there is no room for it.
        message.GapBefore = _gapBeforeNext;
        if (!Buffer.TryAdd(message))
            return false;
        _gapBeforeNext = null;
        return true;
    }

    private RoomGap? CountFruitlessJoin(RoomPosition before)
    {
        if (before.Offset >= KnownHead || before.Offset != _receivedAtLastJoin)
        {
            _receivedAtLastJoin = before.Offset;
            _fruitlessJoins = 0;
            return null;
        }

        return ++_fruitlessJoins < MaxFruitlessJoins ? null : SkipTo(KnownHead, RoomGapCause.NotDelivered);
    }

    private RoomGap SkipTo(long offset, RoomGapCause cause)
    {
        var before = Received!.Value;
        var to = before with { Offset = offset };
        Received = to;
        ResetRepairs();
        return Note(new RoomGap(before, to, to.Offset - before.Offset, cause));
    }

    private void ResetRepairs()
    {
        _receivedAtLastJoin = -1;
        _fruitlessJoins = 0;
    }

    /// <summary>Two gaps with no message between them are one for who reads the stream.</summary>
    private RoomGap Note(RoomGap gap)
    {
        _gapBeforeNext = _gapBeforeNext is { } earlier
            ? new RoomGap(earlier.From, gap.To, earlier.LostCount + gap.LostCount, gap.Cause)
            : gap;
        return gap;
    }
}
