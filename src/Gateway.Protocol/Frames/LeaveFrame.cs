using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Leaves a room.</summary>
/// <remarks><c>[7, id int, room str or int]</c>, sent by clients.</remarks>
public readonly ref struct LeaveFrame : IFrame<LeaveFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Leave;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The room.</summary>
    public RoomReference Room { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out LeaveFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryRoom(out var room))
        {
            value = new LeaveFrame
            {
                Id = id,
                Room = room,
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
        FieldWriter.Begin(ref writer, Op, 2);
        writer.WriteInt(Id);
        Room.Write(ref writer);
    }
}
