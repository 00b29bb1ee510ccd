using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

internal sealed partial class Session
{
    private readonly List<Membership> _memberships = [];

    private string PresenceKey => UserId ?? "~" + _connection.Info.Id;

    public void OnJoinFailed(Membership membership, JoinFailure failure)
    {
        _memberships.Remove(membership);
        var (code, sentence) = failure switch
        {
            JoinFailure.RoomFull => (ErrorCode.RoomFull, "the room has as many members as it may"),
            JoinFailure.TooManyRooms => (ErrorCode.Overloaded, "the node has as many rooms as it may"),
            _ => (ErrorCode.Unavailable, "the room's history does not answer"),
        };
        Error((int)membership.Tag, code, sentence);
    }

    // What is said about a room goes the way of its messages: in a queue of another priority it could overtake them, or they it.
    private void EnqueueFrame(Membership membership, ReadOnlySpan<byte> frame)
    {
        var buffer = _connection.Home.Encoder.Encode(frame, Encoding);
        _connection.Enqueue(membership.Room.Kind.Options.Priority, buffer, membership);
        buffer.Release();
    }

    private void OnJoin(in RawFrame frame)
    {
        if (!JoinFrame.TryRead(frame, out var join, out var error))
        {
            InvalidField(frame, "join", error);
            return;
        }

        var room = Text(join.Room);
        if (_services.Rooms.Kinds.Of(room) is not { } kind)
        {
            Error(join.Id, ErrorCode.InvalidRoom, "the room's name is ill-formed or its kind unknown");
            return;
        }

        RoomNames.TrySplit(room, out _, out var id);
        var wantsPresence = join.Flags.HasFlag(JoinFlags.Presence);
        var presence = wantsPresence ? kind.Presence.Evaluate(_identity, kind.Name, id.ToString(), "presence") : RoomRuleVerdict.Allowed;
        if (presence == RoomRuleVerdict.Denied)
        {
            Error(join.Id, ErrorCode.Forbidden, "the rules of the room do not allow this token to see its presence");
            return;
        }

        var request = new JoinRequest(
            join.Epoch, join.Offset ?? 0, Math.Min(join.Tail ?? 0, FrameLimits.MaxHistoryCount), wantsPresence, join.Flags.HasFlag(JoinFlags.Observer), PresenceKey);
        switch (kind.Join.Evaluate(_identity, kind.Name, id.ToString(), "join"))
        {
            case RoomRuleVerdict.Allowed when presence == RoomRuleVerdict.Allowed:
                Enter(join.Id, room, kind, request, isOwner: false);
                break;
            case RoomRuleVerdict.Allowed or RoomRuleVerdict.AskOwner:
                FindOwner(new OwnerCheck(join.Id, room, kind, request), id.ToString());
                break;
            default:
                Error(join.Id, ErrorCode.Forbidden, "the rules of the room do not allow this token to join it");
                break;
        }
    }

    private void FindOwner(OwnerCheck check, string roomId)
    {
        if (!_services.Owners.TryGetValue(check.Kind.Name, out var owners))
        {
            Error(check.Id, ErrorCode.Forbidden, "nobody can say who owns rooms of this kind");
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.session.FindOwnerAsync(state.check, state.owners, state.roomId), (session: this, check, owners, roomId), preferLocal: false);
    }

    // Always ends with a command to the session.
    private async Task FindOwnerAsync(OwnerCheck check, IRoomOwners owners, string roomId)
    {
        try
        {
            check.Owner = await owners.GetOwnerAsync(roomId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.OwnerCheckFailed(_services.Log, check.Room, e);
            check.IsUnavailable = true;
        }

        Post(OwnerCheckedCode, check);
    }

    private void OnOwnerChecked(OwnerCheck check)
    {
        if (check.IsUnavailable)
        {
            Error(check.Id, ErrorCode.Unavailable, "the room's owner cannot be found out at this moment");
        }
        else if (check.Owner is not null && string.Equals(check.Owner, UserId, StringComparison.Ordinal))
        {
            Enter(check.Id, check.Room, check.Kind, check.Request, isOwner: true);
        }
        else
        {
            Error(check.Id, ErrorCode.Forbidden, "the rules of the room do not allow this token to join it");
        }
    }

    private void Enter(int id, string room, RoomKind kind, JoinRequest request, bool isOwner)
    {
        var local = _services.Rooms.LocalsOf(Lane).GetOrAdd(room, kind);
        var before = _memberships.Find(membership => ReferenceEquals(membership.Room, local));
        if (before is null && _memberships.Count >= _services.Limits.MaxRooms)
        {
            _connection.Home.Counters.Limits.Hit(LimitName.MaxRooms);
            _services.Rooms.LocalsOf(Lane).DropIfEmpty(local);
            Error(id, ErrorCode.TooManyRooms, $"a connection may be in {_services.Limits.MaxRooms} rooms");
            return;
        }

        var membership = local.Join(this, request, id, before);
        membership.IsOwner = isOwner;
        membership.MayPublish = MayPublish(kind, room, isOwner);
        if (membership.State != MembershipState.Left)
        {
            _memberships.Add(membership);
            _connection.Home.Counters.Limits.Raise(LimitName.MaxRooms, _memberships.Count);
        }

        // After the new one has come, so that the room is never empty in between.
        if (before is not null)
        {
            _memberships.Remove(before);
            AnswerAbandoned(before);
            local.Leave(before, dropped: false);
        }
    }

    private bool MayPublish(RoomKind kind, string room, bool isOwner)
    {
        RoomNames.TrySplit(room, out _, out var id);
        return kind.Publish.Evaluate(_identity, kind.Name, id.ToString(), "publish") switch
        {
            RoomRuleVerdict.Allowed => true,
            RoomRuleVerdict.AskOwner => isOwner,
            _ => false,
        };
    }

    private void OnLeave(in RawFrame frame)
    {
        if (!LeaveFrame.TryRead(frame, out var leave, out var error))
        {
            InvalidField(frame, "leave", error);
            return;
        }

        if (Find(leave.Room) is not { } membership)
        {
            Error(leave.Id, ErrorCode.NotAMember, "the room has not been joined");
            return;
        }

        _memberships.Remove(membership);
        AnswerAbandoned(membership);
        membership.Room.Leave(membership, dropped: false);
        Ok(leave.Id);
    }

    // A join that is given up before it was answered: whoever waits for its id must not wait for ever.
    private void AnswerAbandoned(Membership membership)
    {
        if (membership is { State: MembershipState.Joining, Tag: not 0 })
        {
            Error((int)membership.Tag, ErrorCode.NotAMember, "the room was left or joined anew before this join was answered");
        }
    }

    private void LeaveAll(bool dropped)
    {
        foreach (var membership in _memberships)
        {
            membership.Room.Leave(membership, dropped);
        }

        _memberships.Clear();
    }

    // The token has been replaced: rooms it no longer opens are left, what may be published is decided anew.
    private void Reevaluate()
    {
        for (var i = _memberships.Count - 1; i >= 0; i--)
        {
            var membership = _memberships[i];
            var kind = membership.Room.Kind;
            RoomNames.TrySplit(membership.Room.Name, out _, out var id);
            var verdict = kind.Join.Evaluate(_identity, kind.Name, id.ToString(), "join");
            if (verdict == RoomRuleVerdict.Denied || (verdict == RoomRuleVerdict.AskOwner && !membership.IsOwner))
            {
                _memberships.RemoveAt(i);
                membership.Room.Leave(membership, dropped: false);
                WriteLeft(membership);
            }
            else
            {
                membership.MayPublish = MayPublish(kind, membership.Room.Name, membership.IsOwner);
                var presence = kind.Presence.Evaluate(_identity, kind.Name, id.ToString(), "presence");
                membership.WantsPresence &= presence == RoomRuleVerdict.Allowed || (presence == RoomRuleVerdict.AskOwner && membership.IsOwner);
            }
        }
    }

    private void WriteLeft(Membership membership)
    {
        var frame = _connection.Home.Frame;
        frame.ResetWrittenCount();
        var writer = new MessagePackWriter(frame);
        new LeftFrame
        {
            Number = membership.Room.Number,
            Code = ErrorCode.Forbidden,
            Sentence = "the new token does not open this room"u8,
        }.Write(ref writer);
        writer.Flush();
        EnqueueFrame(membership, frame.WrittenSpan);
    }

    private Membership? Find(in RoomReference room)
    {
        foreach (var membership in _memberships)
        {
            if (room.IsNumber ? membership.Room.Number == room.Number : room.Name.SequenceEqual(membership.Room.NameUtf8))
            {
                return membership;
            }
        }

        return null;
    }

    /// <remarks>Hot path: no allocation for a member who publishes.</remarks>
    private void OnPublish(in RawFrame frame)
    {
        if (!PublishFrame.TryRead(frame, out var publish, out var error))
        {
            InvalidField(frame, "publish", error);
            return;
        }

        _connection.Home.Counters.Limits.Raise(LimitName.MaxPayloadBytes, publish.Payload.Length);
        var membership = Find(publish.Room);
        if (membership is null)
        {
            PublishByName(publish);
            return;
        }

        if (!membership.MayPublish)
        {
            Error(publish.Id, ErrorCode.Forbidden, "the rules of the room do not allow this token to publish");
            return;
        }

        var publication = Publication.Create(MessageOf(publish), KeyOf(publish), this, publish.Id, membership.Room.Room is null ? membership.Room.Name : null);
        if (membership.Room.Room is { } room)
        {
            if (ReferenceEquals(room.Lane, Lane))
            {
                room.Publish(publication);
            }
            else if (!room.Lane.TryPost(room, Room.PublishCode, publication))
            {
                publication.Complete(PublishStatus.Overloaded, 0, 0);
            }
        }
        else
        {
            _services.Rooms.Publish(publication);
        }
    }

    private void PublishByName(in PublishFrame publish)
    {
        if (publish.Room.IsNumber)
        {
            Error(publish.Id, ErrorCode.NotAMember, "no room of this number has been joined");
            return;
        }

        var room = Text(publish.Room.Name);
        if (_services.Rooms.Kinds.Of(room) is not { } kind)
        {
            Error(publish.Id, ErrorCode.InvalidRoom, "the room's name is ill-formed or its kind unknown");
        }
        else if (!MayPublish(kind, room, isOwner: false))
        {
            // Who owns the room is found out when it is joined; a publish does not wait for that.
            Error(publish.Id, ErrorCode.Forbidden, "the rules of the room do not allow this token to publish");
        }
        else
        {
            _services.Rooms.Publish(Publication.Create(MessageOf(publish), KeyOf(publish), this, publish.Id, room));
        }
    }

    private RoomMessage MessageOf(in PublishFrame publish) =>
        RoomMessage.Create(publish.Event, publish.Payload, _sender, publish.ConflationKey, Lane.UnixNow);

    private UInt128 KeyOf(in PublishFrame publish) => Publication.Digest(_sender, publish.IdempotencyKey);

    public void OnPublished(long replyTag, PublishResult result)
    {
        if (ReferenceEquals(LaneThread.Current, Lane))
        {
            Acknowledge((int)replyTag, result);
        }
        else
        {
            Post(PublishedCode, PublishOutcome.Rent(replyTag, result));
        }
    }

    private void OnOutcome(PublishOutcome outcome)
    {
        Acknowledge((int)outcome.Tag, outcome.Result);
        outcome.Return();
    }

    private void Acknowledge(int id, PublishResult result)
    {
        if (_stage != Stage.Ready)
        {
            return;
        }

        switch (result.Status)
        {
            case PublishStatus.Accepted or PublishStatus.Duplicate:
                if (id != 0)
                {
                    var writer = new MessagePackWriter(_connection.Replies);
                    new AckFrame
                    {
                        Id = id,
                        Epoch = result.Epoch,
                        Offset = result.Offset,
                        Duplicate = result.Status == PublishStatus.Duplicate,
                    }.Write(ref writer);
                    writer.Flush();
                }

                break;
            case PublishStatus.Overloaded:
                Error(id, ErrorCode.Overloaded, "the room has as many publishes waiting as it may");
                break;
            default:
                Error(id, ErrorCode.Unavailable, "the room's history does not answer; the message may or may not be stored");
                break;
        }
    }
}
