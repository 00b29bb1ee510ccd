using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>heads</c>; with id 0 by the server itself.</summary>
/// <remarks><c>[27, id int, positions list]</c>, sent by the server.</remarks>
public readonly ref struct PositionsFrame : IFrame<PositionsFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Positions;

    /// <summary>The id of the answered frame; 0 when nobody asked.</summary>
    public int Id { get; init; }

    /// <summary>Where each room stands.</summary>
    public FrameList<PositionItem> Positions { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out PositionsFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryList(out FrameList<PositionItem> positions, int.MaxValue))
        {
            value = new PositionsFrame
            {
                Id = id,
                Positions = positions,
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
        FieldWriter.List(ref writer, Positions);
    }
}
