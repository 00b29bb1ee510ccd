using System.Buffers;
using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>The relay's part of one room. Belongs to the room's home lane, but for <see cref="OnMessage"/>. Hot path: <see cref="Broadcast"/>, <see cref="Flush"/>, <see cref="OnMessage"/>.</summary>
/// <remarks>
/// What an owner sends to a room's subject is <c>[1, owner's epoch, epoch, number]</c> and then items, one after the other: <c>offset body</c> for a message (0 for a transient one), <c>-1 [notice,
/// frame]</c> for a frame about who is there, numbered 1, 2, 3 …; either messages or one frame. Body: <see cref="RoomMessage.RelayBody"/>. Number: grows with each message under the owner's epoch, and is left out while a node follows
/// that cannot read it.
/// </remarks>
internal sealed partial class RelayedRoom : IRoomRelay, IRelayReceiver, ILaneFlush, ILaneWork
{
    /// <summary>What stands around a message's body at most: header of the sender, room, numbers.</summary>
    public const int MaxOverheadBytes = 1024;

    // Sent in pieces beyond this.
    private const int MaxGatheredBytes = 256 * 1024;
    private const int NoticeOffset = -1;

    private readonly LaneRelay _relay;
    private readonly byte[] _subject;
    private bool _isClosed;

    public RelayedRoom(LaneRelay relay, Room room)
    {
        _relay = relay;
        Room = room;
        Seat = relay.SeatOf(RoomSet.ShardOf(room.Name));
        NameUtf8 = Encoding.UTF8.GetBytes(room.Name);
        _subject = RelaySubjects.Utf8(relay.Node.Subjects.OfRoom(room.Name));
        Seat.Rooms.Add(this);
    }

    public Room Room { get; }

    public ShardSeat Seat { get; }

    public byte[] NameUtf8 { get; }

    public RoomRole Role => Seat.Role;

    /// <summary>The shard has changed hands, or may have.</summary>
    public void OnPlaced(RoomRole role)
    {
        if (role == RoomRole.Owner)
            EndFollowing();
        else
            ForgetShares();
        _isPending = false;
        Room.OnPlaced(role);
        if (role == RoomRole.Owner)
            AskReports();
    }

    public void Forward(Publication publication) => _relay.Forward(this, publication);

    public void Ask(RosterQuery query) => _relay.Ask(this, query);

    /// <summary>The room is forgotten.</summary>
    public void Close()
    {
        if (IsFollowing && Seat.Owner is { } owner)
            WriteName(owner, RelayItem.Unfollow);
        if (Seat.Lease is { } lease && _openedUnder == lease.Epoch)
            SayStandDown(lease);
        else
            StandBy();
        EndFollowing();
        DropOutgoing();
        DropNews();
        _isClosed = true;
        Seat.Rooms.Remove(this);
    }

    public void Execute(int code, object? argument, long number)
    {
        if (code == LaneRelay.BatchCode && _isClosed)
            ((RoomBatch)argument!).Release();
        else if (code == LaneRelay.BatchCode)
            TakeBatch((RoomBatch)argument!);
        else
            TakeNotice((RelayNotice)argument!, number);
    }

    /// <summary>What the owner has sent; on the wire's thread.</summary>
    public void OnMessage(ReadOnlySpan<byte> message)
    {
        if (Room.Lane.IsOverloaded)
        {
            // Lost as on the way: a hole, filled from the history when there is place again, or found by the head that is said when the room is quiet.
            _relay.Node.Metrics.Dropped();
            return;
        }

        var reader = new MessagePackReader(message);
        var number = 0L;
        if (!reader.TryReadArrayHeader(out var fields) || fields < 3 || !reader.TryReadInt32(out var version) || version != RelayInbox.Version
            || !reader.TryReadInt64(out var ownerEpoch) || !reader.TryReadInt64(out var epoch) || (fields > 3 && !reader.TryReadInt64(out number)))
        {
            _relay.Node.Metrics.Malformed();
            return;
        }

        for (; fields > 4; fields--)
        {
            if (!reader.TrySkip())
                return;
        }

        var batch = RoomBatch.Rent(ownerEpoch, epoch, number);
        var isWellFormed = true;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadInt64(out var offset) || !reader.TryReadBinary(out var body))
            {
                _relay.Node.Metrics.Malformed();
                break;
            }

            if (offset == NoticeOffset)
            {
                if (RelayNotice.Read(body, ownerEpoch, Room.Number) is { } notice)
                    Room.Lane.Post(this, LaneRelay.NoticeCode, notice, number);
                else
                    isWellFormed = false;
            }
            else if (offset >= 0 && RoomMessage.Parse(body) is { } parsed)
            {
                parsed.Seal(Room.Number, offset);
                batch.Messages.Add(parsed);
                isWellFormed = parsed.IsTransient == (offset == 0);
            }
            else
            {
                isWellFormed = false;
            }

            if (!isWellFormed)
            {
                _relay.Node.Metrics.Malformed();
                batch.Release();
                return;
            }
        }

        if (batch.Peek() is not { } first)
        {
            batch.Release();
            return;
        }

        _relay.Node.Metrics.Received(batch.Messages.Count, first.Time);
        Room.Lane.Post(this, LaneRelay.BatchCode, batch);
    }

    private MessagePackWriter Begin(NodeOutbox outbox, RelayItem item, int fieldCount, int sizeBytes = MaxOverheadBytes)
    {
        var writer = outbox.Begin(item, Seat.Shard, 1 + fieldCount, sizeBytes);
        writer.WriteStringUtf8(NameUtf8);
        return writer;
    }

    private void WriteName(NodeId node, RelayItem item)
    {
        var outbox = _relay.OutboxOf(node);
        var writer = Begin(outbox, item, 0);
        writer.Flush();
        outbox.End();
    }
}
