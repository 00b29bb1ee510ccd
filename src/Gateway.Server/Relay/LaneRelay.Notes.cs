using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>What other nodes say now and then.</summary>
internal sealed partial class LaneRelay
{
    private void OnNote(IncomingNote note)
    {
        var reader = new MessagePackReader(note.Fields);
        if (note.Item == RelayItem.Busy)
        {
            if (reader.TryReadInt64(out var busy) && reader.TryReadInt64(out var expected))
                _seats[note.Shard].Link?.OnBusy(busy, expected);
            return;
        }

        if (note.Item == RelayItem.Refused)
        {
            if (reader.TryReadInt64(out var link))
                _seats[note.Shard].Link?.OnRefused(link);
            return;
        }

        if (!reader.TryReadString(out var utf8) || utf8.Length > RoomNames.MaxLength)
        {
            Node.Metrics.Malformed();
            return;
        }

        var name = Encoding.UTF8.GetString(utf8);
        var isTaken = RoomSet.ShardOf(name) == note.Shard && note.Item switch
        {
            RelayItem.Follow => TakeFollow(note, name, ref reader),
            RelayItem.Followed => TakeFollowed(note, name, ref reader),
            RelayItem.Unfollow => TakeUnfollow(note, name),
            RelayItem.Head => TakeHead(note, name, ref reader),
            RelayItem.Check => TakeCheck(note, name, ref reader),
            RelayItem.Unknown => TakeUnknown(note, name),
            RelayItem.Report => TakeReport(note, name, ref reader),
            RelayItem.AskReport => TakeAskReport(note, name),
            RelayItem.AskRoster => TakeAskRoster(note, name, ref reader),
            RelayItem.Roster => TakeRoster(note, name, ref reader),
            // Of a later version.
            _ => true,
        };
        if (!isTaken)
            Node.Metrics.Malformed();
    }

    private RelayedRoom? Find(string name) => Directory.Find(name) is { } room ? room.Relay as RelayedRoom : null;

    private bool TakeFollow(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var request) || !reader.TryReadInt64(out var epoch) || !reader.TryReadInt64(out var head)
            || !reader.TryReadBoolean(out var doubts))
        {
            return false;
        }

        if (_seats[note.Shard].Role == RoomRole.Owner && Directory.GetOrAdd(name) is { Relay: RelayedRoom room })
            room.OnFollow(note.Sender, request, epoch, head, doubts, isNumbered: reader.TryReadBoolean(out var isNumbered) && isNumbered);
        else
            RelayedRoom.WriteNotFollowed(OutboxOf(note.Sender), note.Shard, name, request);
        return true;
    }

    private bool TakeFollowed(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var request) || !reader.TryReadBoolean(out var isOk))
            return false;
        var room = Find(name);
        if (!isOk)
        {
            room?.OnNotFollowed(request);
            return true;
        }

        if (!reader.TryReadInt64(out var ownerEpoch) || !reader.TryReadInt64(out var epoch) || !reader.TryReadInt64(out var head)
            || !reader.TryReadInt64(out var notice) || !reader.TryReadBoolean(out var continues) || !reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        var kept = new List<RoomMessage>();
        for (var i = 0; i < count && reader.TryReadBinary(out var body); i++)
        {
            if (room is null || RoomMessage.Parse(body) is not { } message)
                continue;
            if (message.IsTransient)
            {
                message.Seal(room.Room.Number, 0);
                kept.Add(message);
            }
            else
            {
                message.Release();
            }
        }

        // A node of a version before it says no number.
        var number = reader.TryReadInt64(out var last) ? last : 0;
        room?.OnFollowed(note.Sender, request, new RoomPlace(ownerEpoch, epoch, head, continues, number, kept), notice);
        return true;
    }

    private bool TakeUnfollow(IncomingNote note, string name)
    {
        Find(name)?.OnUnfollow(note.Sender);
        return true;
    }

    private bool TakeHead(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var ownerEpoch) || !reader.TryReadInt64(out var epoch) || !reader.TryReadInt64(out var head) || !reader.TryReadInt64(out var notice))
            return false;
        if (Find(name) is not { IsFollowing: true } room)
        {
            WriteAbout(note, RelayItem.Unfollow, name);
            return true;
        }

        room.Room.OnHead(ownerEpoch, epoch, head);
        room.CheckNotices(ownerEpoch, notice);
        return true;
    }

    private bool TakeCheck(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var epoch) || !reader.TryReadInt64(out var head) || !reader.TryReadInt64(out var report) || !reader.TryReadInt64(out var notice))
            return false;
        if (_seats[note.Shard].Role != RoomRole.Owner || Find(name) is not { } room || !room.OnCheck(note.Sender, epoch, head, report, notice))
            WriteAbout(note, RelayItem.Unknown, name);
        return true;
    }

    private bool TakeUnknown(IncomingNote note, string name)
    {
        if (Find(name) is { IsFollowing: true } room && room.Seat.Owner == note.Sender)
            room.Room.Reopen();
        return true;
    }

    private bool TakeReport(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var report) || !reader.TryReadBoolean(out var isAll) || !reader.TryReadBinary(out var frame)
            || RosterChanges.Read(frame) is not { } changes || !reader.TryReadBoolean(out var hasMore))
        {
            return false;
        }

        if (_seats[note.Shard].Role != RoomRole.Owner || Find(name) is not { } room || !room.OnReport(note.Sender, report, isAll, changes, hasMore))
            WriteAbout(note, RelayItem.Unknown, name);
        return true;
    }

    private bool TakeAskReport(IncomingNote note, string name)
    {
        if (Find(name) is { IsFollowing: true } room && room.Seat.Owner == note.Sender)
            room.Room.ReportAll();
        return true;
    }

    private bool TakeAskRoster(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var question))
            return false;
        List<string>? users = null;
        if (reader.NextType == MessagePackType.Array && reader.TryReadArrayHeader(out var count))
        {
            users = [];
            for (var i = 0; i < count && reader.TryReadString(out var user); i++)
                users.Add(Encoding.UTF8.GetString(user));
        }

        if (_seats[note.Shard].Role != RoomRole.Owner)
            return true;
        if (Find(name) is { } room)
            room.WriteRoster(note.Sender, question, users);
        else if (question != 0)
            WriteEmptyRoster(note, name, question);
        return true;
    }

    private bool TakeRoster(IncomingNote note, string name, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var question) || !reader.TryReadBinary(out var frame) || !reader.TryReadInt64(out var notice))
            return false;
        if (question == 0)
        {
            if (Find(name) is { IsFollowing: true } room && room.Seat.Owner == note.Sender && RoomFrames.Renumber(frame, 0, room.Room.Number) is { } whole)
                room.OnRoster(whole, notice);
            return true;
        }

        if (!_asks.Remove(question, out var ask))
            return true;
        if (ask.Room is { } asker && asker.IsOutdated(notice) && asker.Seat.Owner is { } owner)
        {
            _asks.Add(question, ask);
            SendAsk(owner, note.Shard, name, question, ask.Query.Users);
            return true;
        }

        if (RoomFrames.Renumber(frame, ask.Query.Id, ask.Room?.Room.Number ?? 0) is not { } own)
        {
            AnswerFromHere(ask);
            return false;
        }

        ask.Query.Frame = own;
        ask.Query.Reader.OnRoster(ask.Query);
        return true;
    }

    // Nobody is in the room, or it would be in use.
    private void WriteEmptyRoster(IncomingNote note, string name, long question)
    {
        var frame = Rooms.Roster.EmptyFrame(0);
        var outbox = OutboxOf(note.Sender);
        var writer = outbox.Begin(RelayItem.Roster, note.Shard, 4, RelayedRoom.MaxOverheadBytes + frame.Length);
        writer.WriteString(name);
        writer.WriteInt(question);
        writer.WriteBinary(frame);
        writer.WriteInt(0);
        writer.Flush();
        outbox.End();
    }

    private void WriteAbout(IncomingNote note, RelayItem item, string name)
    {
        var outbox = OutboxOf(note.Sender);
        var writer = outbox.Begin(item, note.Shard, 1);
        writer.WriteString(name);
        writer.Flush();
        outbox.End();
    }
}
