using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Asks where the order of rooms stands.</summary>
/// <remarks><c>[26, id int, numbers list?]</c>, sent by clients.</remarks>
public readonly ref struct HeadsFrame : IFrame<HeadsFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Heads;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The rooms; nil for all that are joined.</summary>
    public FrameList<NumberItem> Numbers { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out HeadsFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryOptionalList(out FrameList<NumberItem> numbers, FrameLimits.MaxListCount))
        {
            value = new HeadsFrame
            {
                Id = id,
                Numbers = numbers,
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
        var fields = FieldWriter.Count(1, !Numbers.IsNil);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        if (fields > 1)
            writer.WriteRaw(Numbers.Raw);
    }
}
