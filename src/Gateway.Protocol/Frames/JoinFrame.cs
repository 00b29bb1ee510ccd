using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Joins a room, from the newest message on or from where the client last was.</summary>
/// <remarks><c>[5, id int, room str, flags int, epoch int?, offset int?, tail int?]</c>, sent by clients.</remarks>
public readonly ref struct JoinFrame : IFrame<JoinFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Join;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The room's name.</summary>
    public ReadOnlySpan<byte> Room { get; init; }

    /// <summary>What the member asks for.</summary>
    public JoinFlags Flags { get; init; }

    /// <summary>With <see cref="Offset"/>, the position last seen; null to start at the newest message.</summary>
    public long? Epoch { get; init; }

    /// <summary>The offset last seen, under <see cref="Epoch"/>.</summary>
    public long? Offset { get; init; }

    /// <summary>Without a position: how many of the newest messages to start with.</summary>
    public int? Tail { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out JoinFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryRoomName(out var room)
            && fields.TryInt(out var flags)
            && fields.TryOptionalLong(out var epoch)
            && fields.TryOptionalLong(out var offset)
            && fields.TryOptionalCount(out var tail, FrameLimits.MaxHistoryCount)
            && epoch is null == offset is null)
        {
            value = new JoinFrame
            {
                Id = id,
                Room = room,
                Flags = (JoinFlags)flags,
                Epoch = epoch,
                Offset = offset,
                Tail = tail,
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
        var fields = FieldWriter.Count(3, Epoch is not null, Offset is not null, Tail is not null);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        writer.WriteStringUtf8(Room);
        writer.WriteInt((int)Flags);
        if (fields > 3)
            FieldWriter.Integer(ref writer, Epoch);
        if (fields > 4)
            FieldWriter.Integer(ref writer, Offset);
        if (fields > 5)
            FieldWriter.Integer(ref writer, Tail);
    }
}
