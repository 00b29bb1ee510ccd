using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

internal sealed partial class Session
{
    private CancellationTokenSource? _cancellation;
    private int _pendingRequests;

    private void OnPing(in RawFrame frame)
    {
        if (!PingFrame.TryRead(frame, out var ping, out var error))
        {
            InvalidField(frame, "ping", error);
            return;
        }

        var writer = new MessagePackWriter(_connection.Replies);
        new PongFrame { Id = ping.Id, Time = Lane.UnixNow }.Write(ref writer);
        writer.Flush();
    }

    private void OnSend(in RawFrame frame)
    {
        if (!SendFrame.TryRead(frame, out var send, out var error))
        {
            InvalidField(frame, "send", error);
            return;
        }

        if (_identity is null)
        {
            Error(send.Id, ErrorCode.Forbidden, "an anonymous connection may not send to users");
            return;
        }

        var output = new ArrayBufferWriter<byte>(send.Payload.Length + 64);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(5);
        writer.WriteInt((int)Op.Direct);
        writer.WriteStringUtf8(_sender);
        writer.WriteStringUtf8(send.Event);
        writer.WriteRaw(send.Payload);
        writer.WriteInt(Lane.UnixNow);
        writer.Flush();
        var user = Text(send.User);
        var users = _services.UsersOf(user);
        if (!users.Lane.TryPost(users, UserDirectory.SendCode, new DirectMessage(user, output.WrittenSpan.ToArray(), this, send.Id)))
        {
            Error(send.Id, ErrorCode.Overloaded, "the node is too busy");
        }
    }

    public void OnSent(int id, int count) => Post(SentCode, null, ((long)id << 32) | (uint)count);

    private void OnSentResult(int id, int count)
    {
        if (count == IDirectSender.Unavailable)
        {
            Error(id, ErrorCode.Unavailable, "not all nodes can be asked for this user");
        }
        else if (count == 0)
        {
            Error(id, ErrorCode.UserOffline, "nobody is connected as this user");
        }
        else
        {
            Ok(id, count);
        }
    }

    private void OnRequest(in RawFrame frame)
    {
        if (!RequestFrame.TryRead(frame, out var request, out var error))
        {
            InvalidField(frame, "request", error);
            return;
        }

        var service = Text(request.Service);
        if (!_services.Requests.TryGetValue(service, out var answering))
        {
            Error(request.Id, ErrorCode.UnknownService, $"there is no service '{service}'");
            return;
        }

        if (_pendingRequests >= _services.Limits.MaxPendingRequests)
        {
            _connection.Home.Counters.Limits.Hit(LimitName.MaxPendingRequests);
            Error(request.Id, ErrorCode.RateLimited, $"a connection may have {_services.Limits.MaxPendingRequests} requests unanswered");
            return;
        }

        _connection.Home.Counters.Limits.Raise(LimitName.MaxPendingRequests, ++_pendingRequests);
        _cancellation ??= new CancellationTokenSource();
        var pending = new PendingRequest(
            request.Id,
            new ServiceRequest(service, Text(request.Method), request.Payload.ToArray(), _identity, _connection.Info.Id),
            TimeSpan.FromMilliseconds(request.TimeoutMilliseconds ?? FrameLimits.DefaultTimeoutMilliseconds));
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.session.AnswerAsync(state.pending, state.answering, state.token),
            (session: this, pending, answering, token: _cancellation.Token),
            preferLocal: false);
    }

    // Always ends with a command to the session, whatever the service does; that is what the request's count waits for.
    private async Task AnswerAsync(PendingRequest pending, IRequestService service, CancellationToken closed)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(closed);
            timeout.CancelAfter(pending.Timeout);
            pending.Answer = await service.AnswerAsync(pending.Request, timeout.Token).AsTask().WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            pending.Answer = new RequestAnswer(default, ErrorCode.TimedOut, "the service did not answer in time");
        }
        catch (Exception e)
        {
            Log.RequestFailed(_services.Log, pending.Request.Service, pending.Request.Method, e);
            pending.Answer = new RequestAnswer(default, ErrorCode.Internal, "a fault in the service; it has been logged");
        }

        Post(AnsweredCode, pending);
    }

    private void OnAnswered(PendingRequest pending)
    {
        _pendingRequests--;
        if (pending.Answer.Error is { } error)
        {
            Error(pending.Id, error, pending.Answer.Sentence ?? "");
            return;
        }

        var writer = new MessagePackWriter(_connection.Replies);
        new ReplyFrame { Id = pending.Id, Payload = pending.Answer.Payload.Span }.Write(ref writer);
        writer.Flush();
    }

    private void OnPresence(in RawFrame frame)
    {
        if (!PresenceFrame.TryRead(frame, out var presence, out var error))
        {
            InvalidField(frame, "presence", error);
            return;
        }

        var membership = Find(presence.Room);
        if (membership is null && presence.Room.IsNumber)
        {
            Error(presence.Id, ErrorCode.NotAMember, "no room of this number has been joined");
            return;
        }

        var room = membership?.Room.Name ?? Text(presence.Room.Name);
        if (_services.Rooms.Kinds.Of(room) is not { } kind)
        {
            Error(presence.Id, ErrorCode.InvalidRoom, "the room's name is ill-formed or its kind unknown");
            return;
        }

        RoomNames.TrySplit(room, out _, out var id);
        var verdict = kind.Presence.Evaluate(_identity, kind.Name, id.ToString(), "presence");
        if (verdict == RoomRuleVerdict.Denied || (verdict == RoomRuleVerdict.AskOwner && membership is not { IsOwner: true }))
        {
            Error(presence.Id, ErrorCode.Forbidden, "the rules of the room do not allow this token to see its presence");
            return;
        }

        List<string>? users = null;
        if (!presence.Users.IsNil)
        {
            users = [];
            foreach (var user in presence.Users)
                users.Add(Text(user.User));
        }

        _pendingReads++;
        var query = new RosterQuery(this, presence.Id, users, room);
        _services.Rooms.DirectoryOf(room).Send(RoomDirectory.RosterCode, query);
    }

    private void AskRoster(Membership membership, int id, IReadOnlyList<string>? users)
    {
        _pendingReads++;
        var query = new RosterQuery(this, id, users, membership.Room.Name);
        _services.Rooms.DirectoryOf(membership.Room.Name).Lane.Post(_services.Rooms.DirectoryOf(membership.Room.Name), RoomDirectory.RosterCode, query);
    }

    public void OnRoster(RosterQuery query) => Post(RosterCode, query);

    private void OnRosterRead(RosterQuery query)
    {
        WriteRoster(query);
        _pendingReads--;
        HandleDeferred();
    }

    private void WriteRoster(RosterQuery query)
    {
        if (query.IsPartial && query.Frame.Length == 0)
        {
            Error(query.Id, ErrorCode.Unavailable, "nobody can tell at this moment who is in the room");
        }
        else if (query.Id != 0)
        {
            WriteEncoded(query.Frame);
        }
        else if (_memberships.Find(each => string.Equals(each.Room.Name, query.Room, StringComparison.Ordinal)) is { } membership)
        {
            // Nobody's answer but the room's word: behind joined, which tells the number, and never past a change.
            DeliverRoster(membership, query.Frame);
        }
    }

    private void OnState(in RawFrame frame)
    {
        if (!StateFrame.TryRead(frame, out var state, out var error))
        {
            InvalidField(frame, "state", error);
            return;
        }

        if (Find(state.Room) is not { State: not MembershipState.Joining } membership)
        {
            Error(state.Id, ErrorCode.NotAMember, "the room has not been joined");
            return;
        }

        var room = membership.Room.Room!;
        var change = new StateChange(PresenceKey, Text(state.State), state.Data.IsEmpty ? null : state.Data.ToArray());
        if (room.Lane.TryPost(room, Room.StateCode, change))
        {
            Ok(state.Id);
        }
        else
        {
            Error(state.Id, ErrorCode.Overloaded, "the node is too busy");
        }
    }

    private void OnHistoryFrame(in RawFrame frame)
    {
        if (!HistoryFrame.TryRead(frame, out var history, out var error))
        {
            InvalidField(frame, "history", error);
            return;
        }

        var membership = Find(history.Room);
        if (membership is null)
        {
            // Reading the past needs the same right as hearing the present, which joining has proven.
            Error(history.Id, ErrorCode.NotAMember, "the room has not been joined");
            return;
        }

        _pendingReads++;
        var read = new HistoryRead(this, history.Id, history.After, Math.Clamp(history.Limit, 1, FrameLimits.MaxHistoryCount), _services.Limits.MaxQueuedBytes / 2);
        _services.Rooms.DirectoryOf(membership.Room.Name).Send(RoomDirectory.ReadCode, new NamedRead(membership.Room.Name, membership.Room.Kind, read));
    }

    public void OnHistoryRead(HistoryRead read) => Post(HistoryCode, read);

    // At most once, like the link itself: a user's other connection must not fill the memory of one that does not read.
    private void OnDirect(byte[] frame)
    {
        if (_connection.HasPlace)
        {
            WriteEncoded(frame);
        }
        else
        {
            _connection.Home.Counters.Dropped++;
        }
    }

    private void OnHistory(HistoryRead read)
    {
        Answer(read);
        _pendingReads--;
        HandleDeferred();
    }

    private void Answer(HistoryRead read)
    {
        if (read.Page is not { } page)
        {
            if (_stage == Stage.Ready)
            {
                Error((int)read.State!, ErrorCode.Unavailable, "the room's history does not answer");
            }

            return;
        }

        if (_stage == Stage.Ready)
        {
            WritePage((int)read.State!, read.After, page);
        }

        page.Release();
    }

    // [21, id, epoch, head, first, messages, more]; an entry's body has been encoded since it was published.
    private void WritePage(int id, long after, HistoryPage page)
    {
        var last = page.Messages.Count > 0 ? page.Messages[^1].Offset : Math.Max(after, page.First - 1);
        var writer = new MessagePackWriter(_connection.Replies);
        writer.WriteArrayHeader(7);
        writer.WriteInt((int)Op.Page);
        writer.WriteInt(id);
        writer.WriteInt(page.Epoch);
        writer.WriteInt(page.Head);
        writer.WriteInt(page.First);
        writer.WriteArrayHeader(page.Messages.Count);
        foreach (var message in page.Messages)
        {
            writer.WriteArrayHeader(5);
            writer.WriteInt(message.Offset);
            writer.WriteRaw(message.EntryBody);
        }

        writer.WriteBoolean(last < page.Head);
        writer.Flush();
    }

    private void OnHeads(in RawFrame frame)
    {
        if (!HeadsFrame.TryRead(frame, out var heads, out var error))
        {
            InvalidField(frame, "heads", error);
            return;
        }

        List<int>? wanted = null;
        if (!heads.Numbers.IsNil)
        {
            wanted = [];
            foreach (var number in heads.Numbers)
                wanted.Add(number.Number);
        }

        var rooms = _memberships.FindAll(membership =>
            membership.State is MembershipState.Live or MembershipState.Behind && (wanted is null || wanted.Contains(membership.Room.Number)));
        var writer = new MessagePackWriter(_connection.Replies);
        writer.WriteArrayHeader(3);
        writer.WriteInt((int)Op.Positions);
        writer.WriteInt(heads.Id);
        writer.WriteArrayHeader(rooms.Count);
        foreach (var membership in rooms)
        {
            writer.WriteArrayHeader(3);
            writer.WriteInt(membership.Room.Number);
            writer.WriteInt(membership.Room.Epoch);
            writer.WriteInt(membership.Room.FlushedHead);
        }

        writer.Flush();
    }

    public void OnGoAway(GoAwayNotice notice)
    {
        if (_stage == Stage.Ready)
            WriteGoAway(GatewayCloseCode.GoingAway, notice);
    }

    private void WriteGoAway(GatewayCloseCode code, GoAwayNotice notice)
    {
        var writer = new MessagePackWriter(_connection.Replies);
        new GoawayFrame
        {
            Code = code,
            Reason = System.Text.Encoding.UTF8.GetBytes(notice.Reason),
            AfterMilliseconds = (int)notice.After,
            Url = notice.Url is null ? [] : System.Text.Encoding.UTF8.GetBytes(notice.Url),
            Ticket = notice.Ticket is null ? [] : System.Text.Encoding.UTF8.GetBytes(notice.Ticket),
        }.Write(ref writer);
        writer.Flush();
    }
}
