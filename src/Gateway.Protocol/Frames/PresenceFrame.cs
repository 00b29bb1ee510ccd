using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Asks who is in a room.</summary>
/// <remarks><c>[16, id int, room str or int, users list?]</c>, sent by clients.</remarks>
public readonly ref struct PresenceFrame : IFrame<PresenceFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Presence;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The room.</summary>
    public RoomReference Room { get; init; }

    /// <summary>Users that are to be in the answer if they are in the room, however many others are; nil for none in particular.</summary>
    public FrameList<UserItem> Users { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out PresenceFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryRoom(out var room)
            && fields.TryOptionalList(out FrameList<UserItem> users, FrameLimits.MaxListCount))
        {
            value = new PresenceFrame
            {
                Id = id,
                Room = room,
                Users = users,
            };
            error = ErrorCode.None;
            return true;
        }

        value = default;
        error = fields.Error;
        return false;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        var fields = FieldWriter.Count(2, !Users.IsNil);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        Room.Write(ref writer);
        if (fields > 2)
            writer.WriteRaw(Users.Raw);
    }
}
