using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>publish</c>: the room has the message.</summary>
/// <remarks><c>[10, id int, epoch int, offset int, duplicate bool]</c>, sent by the server.</remarks>
public readonly ref struct AckFrame : IFrame<AckFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Ack;

    /// <summary>The id of the answered frame.</summary>
    public int Id { get; init; }

    /// <summary>The epoch of the offset.</summary>
    public long Epoch { get; init; }

    /// <summary>The message's offset; 0 for a transient one.</summary>
    public long Offset { get; init; }

    /// <summary>Whether the room had it already.</summary>
    public bool Duplicate { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out AckFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryLong(out var epoch)
            && fields.TryLong(out var offset)
            && fields.TryBoolean(out var duplicate))
        {
            value = new AckFrame
            {
                Id = id,
                Epoch = epoch,
                Offset = offset,
                Duplicate = duplicate,
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
        writer.WriteInt(Epoch);
        writer.WriteInt(Offset);
        writer.WriteBoolean(Duplicate);
    }
}
