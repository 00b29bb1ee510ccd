using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>history</c>.</summary>
/// <remarks><c>[21, id int, epoch int, head int, first int, messages list, more bool]</c>, sent by the server.</remarks>
public readonly ref struct PageFrame : IFrame<PageFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Page;

    /// <summary>The id of the answered frame.</summary>
    public int Id { get; init; }

    /// <summary>The epoch of the offsets.</summary>
    public long Epoch { get; init; }

    /// <summary>The offset of the room's newest message.</summary>
    public long Head { get; init; }

    /// <summary>The offset of the oldest message that is kept; 0 when none is.</summary>
    public long First { get; init; }

    /// <summary>The messages, in order.</summary>
    public FrameList<EntryItem> Messages { get; init; }

    /// <summary>Whether there are more behind the last of them.</summary>
    public bool More { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out PageFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryLong(out var epoch)
            && fields.TryLong(out var head)
            && fields.TryLong(out var first)
            && fields.TryList(out FrameList<EntryItem> messages, int.MaxValue)
            && fields.TryBoolean(out var more))
        {
            value = new PageFrame
            {
                Id = id,
                Epoch = epoch,
                Head = head,
                First = first,
                Messages = messages,
                More = more,
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
        FieldWriter.Begin(ref writer, Op, 6);
        writer.WriteInt(Id);
        writer.WriteInt(Epoch);
        writer.WriteInt(Head);
        writer.WriteInt(First);
        FieldWriter.List(ref writer, Messages);
        writer.WriteBoolean(More);
    }
}
