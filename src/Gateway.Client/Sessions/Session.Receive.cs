using System.Text;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>What a received frame means.</summary>
internal sealed partial class Session
{
    /// <summary>Takes the frames of one WebSocket message, from <paramref name="position"/> on.</summary>
    /// <remarks>
    /// When the outcome is <see cref="ReceiveOutcome.Blocked"/>, the caller waits for <see cref="ReceiveWake"/>, at most <see cref="BlockedFor"/>, and
    /// calls again. What the application is told, it is told after the lock is released, in the order of the frames.
    /// </remarks>
    public ReceiveOutcome Process(ReadOnlySpan<byte> message, ref int position)
    {
        var notices = new List<Action>();
        while (true)
        {
            bool isHandled;
            lock (_gate)
            {
                var reader = new FrameReader(message[position..]);
                switch (reader.TryReadNext(out var frame))
                {
                    case FrameReadStatus.End:
                        return ReceiveOutcome.Done;
                    case FrameReadStatus.Malformed:
                        return ReceiveOutcome.Malformed;
                }

                if (frame.Op == (int)Op.Message)
                {
                    if (!MessageFrame.TryRead(frame, out var arrived, out _) || !UnixTime.TryRead(arrived.Time, out var time))
                        return ReceiveOutcome.Malformed;
                    if (!TryDeliver(arrived, time))
                        return ReceiveOutcome.Blocked;
                    isHandled = true;
                }
                else
                {
                    isHandled = TryHandle(frame, notices);
                }

                position += frame.Raw.Length;
            }

            foreach (var notice in notices)
                Raise(notice);
            notices.Clear();
            if (!isHandled)
                return ReceiveOutcome.Malformed;
        }
    }

    /// <summary>For how long a blocked receive loop waits for the application alone; null is without end.</summary>
    public TimeSpan? BlockedFor()
    {
        lock (_gate)
            return _blockedSince is { } since && _awaited.Count + _unsentCalls.Count > 0 ? since + StallLimit - Now : null;
    }

    private bool TryDeliver(in MessageFrame frame, DateTimeOffset time)
    {
        if (!_roomsByNumber.TryGetValue(frame.Number, out var room))
            return true; // Left a moment ago.
        var message = new RoomMessage(
            room.Name, new RoomPosition(room.Received?.Epoch ?? 0, frame.Offset), Encoding.UTF8.GetString(frame.Event), frame.Payload.ToArray(),
            OptionalText(frame.Sender), time, OptionalText(frame.ConflationKey), _options.Serializer);
        switch (room.Admit(message))
        {
            case Admission.Full when !TryFallBehind(room):
                return false;
            case Admission.Full:
                room.Admit(message);
                break;
            case Admission.Hole:
                room.CheckAt(Now + (room.WasJoinedBefore(Now - RepairDelay) ? default : RepairDelay));
                _unsettled.Add(room);
                SendWake.Set();
                break;
        }

        _blockedSince = null;
        return true;
    }

    /// <summary>Whether the room has held everything up for long enough while others wait.</summary>
    private bool TryFallBehind(Room room)
    {
        var now = Now;
        _blockedSince ??= now;
        if (_awaited.Count + _unsentCalls.Count == 0 || now - _blockedSince < StallLimit)
            return false;
        room.IsBehind = true;
        return true;
    }

    private bool TryHandle(in RawFrame frame, List<Action> notices)
    {
        switch ((Op)frame.Op)
        {
            case Op.Welcome:
                return TryWelcome(frame);
            case Op.Joined:
                if (!JoinedFrame.TryRead(frame, out var joined, out _))
                    return false;
                if (joined.Id == 0 ? _roomsByNumber.TryGetValue(joined.Number, out var room) : _awaited.Remove(joined.Id, out var joining) && (room = joining as Room) is not null)
                    OnJoined(room!, joined, notices);
                return true;
            case Op.Ack:
                if (!AckFrame.TryRead(frame, out var ack, out _))
                    return false;
                if (_awaited.Remove(ack.Id, out var published) && published is PendingPublish publish)
                    OnAck(publish, ack);
                return true;
            case Op.Error:
                return TryError(frame, notices);
            case Op.Left:
                return TryLeft(frame, notices);
            case Op.Direct:
                return TryDirect(frame, notices);
            case Op.Changes:
                return TryChanges(frame, notices);
            case Op.Lost:
                return TryLost(frame, notices);
            case Op.Positions:
                return TryPositions(frame);
            case Op.Goaway:
                return TryGoAway(frame);
            case Op.Ping:
                if (!PingFrame.TryRead(frame, out var ping, out _))
                    return false;
                if (_pongsDue.Count < MaxPongsDue)
                    _pongsDue.Enqueue(ping.Id);
                SendWake.Set();
                return true;
            case Op.Roster:
                return TryRoster(frame, notices);
            case Op.Ok or Op.Reply or Op.Page:
                if (!frame.TryPeekId(out var id))
                    return false;
                Answer(id, frame);
                return true;
            default:
                return true; // Unknown ops are ignored; an op that only clients send is none of ours.
        }
    }

    private void Answer(int id, in RawFrame frame)
    {
        if (!_awaited.Remove(id, out var waiting) || waiting is not PendingCall call)
            return;
        _calls.Remove(call);
        call.Answer(frame);
    }

    private bool TryWelcome(in RawFrame frame)
    {
        if (_link is not { IsWelcomed: false } link || !WelcomeFrame.TryRead(frame, out var welcome, out _) || welcome.Version != 1)
            return false;
        link.ConnectionId = Encoding.UTF8.GetString(welcome.Connection);
        link.User = OptionalText(welcome.User);
        link.Heartbeat = TimeSpan.FromMilliseconds(welcome.HeartbeatMilliseconds);
        link.TokenLifetime = welcome.ExpiresAt == 0 ? null : TimeSpan.FromMilliseconds(welcome.ExpiresAt - welcome.Time);
        link.ServerClockAhead = TimeSpan.FromMilliseconds(welcome.Time - _time.GetUtcNow().ToUnixTimeMilliseconds());
        link.IsWelcomed = true;
        _maxPayloadBytes = welcome.Limits.MaxPayloadBytes;
        SendWake.Set();
        return true;
    }

    private bool TryError(in RawFrame frame, List<Action> notices)
    {
        if (!ErrorFrame.TryRead(frame, out var read, out _))
            return false;
        var error = new ServerError(
            read.Code, Encoding.UTF8.GetString(read.Sentence), read.RetryAfterMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
        if (read.Id == 0 || !_awaited.Remove(read.Id, out var waiting))
        {
            if (read.Id == 0 && _link is { } link)
            {
                link.LastError = error;
                if (link.IsWelcomed)
                    notices.Add(() => ErrorSink?.Invoke(error.ToException()));
            }

            return true;
        }

        switch (waiting)
        {
            case Room room:
                OnJoinError(room, error, notices);
                break;
            case PendingPublish publish:
                OnPublishError(publish, error);
                break;
            case PendingCall call:
                _calls.Remove(call);
                call.Fail(error.ToException());
                break;
        }

        return true;
    }

    private bool TryLeft(in RawFrame frame, List<Action> notices)
    {
        if (!LeftFrame.TryRead(frame, out var left, out _))
            return false;
        if (!_roomsByNumber.TryGetValue(left.Number, out var room))
            return true;
        var error = new ServerError(left.Code, Encoding.UTF8.GetString(left.Sentence), RetryAfter: null);
        if (error.IsRetryable)
        {
            room.JoinRefused(Now + DelayAfter(retryAfter: null, room.Refusals));
            _unsettled.Add(room);
            SendWake.Set();
        }
        else
        {
            EndRoom(room, error.ToException(), notices);
        }

        return true;
    }

    private bool TryDirect(in RawFrame frame, List<Action> notices)
    {
        if (!DirectFrame.TryRead(frame, out var direct, out _) || !UnixTime.TryRead(direct.Time, out var time))
            return false;
        var message = new DirectMessage(
            OptionalText(direct.Sender), Encoding.UTF8.GetString(direct.Event), direct.Payload.ToArray(), time, _options.Serializer);
        notices.Add(() => DirectSink?.Invoke(message));
        return true;
    }

    private bool TryRoster(in RawFrame frame, List<Action> notices)
    {
        if (!RosterFrame.TryRead(frame, out var roster, out _))
            return false;
        if (roster.Id != 0)
        {
            Answer(roster.Id, frame);
        }
        else if (_roomsByNumber.TryGetValue(roster.Number, out var room))
        {
            var change = room.Roster.Replace(Members.ToRoster(roster));
            notices.Add(() => room.Subscription?.RaisePresence(change));
        }

        return true;
    }

    private bool TryChanges(in RawFrame frame, List<Action> notices)
    {
        if (!ChangesFrame.TryRead(frame, out var changes, out _))
            return false;
        if (!_roomsByNumber.TryGetValue(changes.Number, out var room))
            return true;
        var change = room.Roster.Apply(changes);
        notices.Add(() => room.Subscription?.RaisePresence(change));
        return true;
    }

    private bool TryLost(in RawFrame frame, List<Action> notices)
    {
        if (!LostFrame.TryRead(frame, out var lost, out _))
            return false;
        if (!_roomsByNumber.TryGetValue(lost.Number, out var room))
            return true;
        NoticeGap(room, room.OnLost(lost, out var isHole), notices);
        if (isHole)
        {
            room.CheckAt(Now);
            _unsettled.Add(room);
            SendWake.Set();
        }

        return true;
    }

    private bool TryPositions(in RawFrame frame)
    {
        if (!PositionsFrame.TryRead(frame, out var positions, out _))
            return false;
        foreach (var entry in positions.Positions)
        {
            if (_roomsByNumber.TryGetValue(entry.Number, out var room) && room.OnHead(new RoomPosition(entry.Epoch, entry.Head), Now + RepairDelay))
            {
                _unsettled.Add(room);
                SendWake.Set();
            }
        }

        return true;
    }

    private bool TryGoAway(in RawFrame frame)
    {
        if (!GoawayFrame.TryRead(frame, out var goAway, out _))
            return false;
        var url = OptionalText(goAway.Url);
        Uri? target = null;
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out target) && target.Scheme is "ws" or "wss"))
            return false;
        if (_link is { } link)
        {
            var after = TimeSpan.FromMilliseconds(goAway.AfterMilliseconds);
            link.Appointment = new Appointment(Now + after, target, OptionalText(goAway.Ticket), (int)goAway.Code, Encoding.UTF8.GetString(goAway.Reason));
            SendWake.Set();
        }

        return true;
    }

    private void Raise(Action notice)
    {
        try
        {
            notice();
        }
#pragma warning disable CA1031 // An event handler's exception is the application's; it must not end the receive loop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ErrorSink?.Invoke(exception);
        }
    }

    private static string? OptionalText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
