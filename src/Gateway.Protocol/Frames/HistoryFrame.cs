using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Asks for a part of a room's history.</summary>
/// <remarks><c>[20, id int, room str or int, after int, limit int]</c>, sent by clients.</remarks>
public readonly ref struct HistoryFrame : IFrame<HistoryFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.History;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The room.</summary>
    public RoomReference Room { get; init; }

    /// <summary>The page starts behind this offset.</summary>
    public long After { get; init; }

    /// <summary>How many messages at most.</summary>
    public int Limit { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out HistoryFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryRoom(out var room)
            && fields.TryLong(out var after)
            && fields.TryCount(out var limit, FrameLimits.MaxHistoryCount))
        {
            value = new HistoryFrame
            {
                Id = id,
                Room = room,
                After = after,
                Limit = limit,
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
        FieldWriter.Begin(ref writer, Op, 4);
        writer.WriteInt(Id);
        Room.Write(ref writer);
        writer.WriteInt(After);
        writer.WriteInt(Limit);
    }
}
