using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Who is in a room: the answer to <c>presence</c>, and with id 0 after a join that asked for it.</summary>
/// <remarks><c>[17, id int, number int, count int, members list, complete bool]</c>, sent by the server.</remarks>
public readonly ref struct RosterFrame : IFrame<RosterFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Roster;

    /// <summary>The id of the answered frame; 0 when nobody asked.</summary>
    public int Id { get; init; }

    /// <summary>The room.</summary>
    public int Number { get; init; }

    /// <summary>How many users are in the room.</summary>
    public int Count { get; init; }

    /// <summary>Those that are listed.</summary>
    public FrameList<MemberItem> Members { get; init; }

    /// <summary>Whether that is all of them.</summary>
    public bool Complete { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out RosterFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryInt(out var number)
            && fields.TryInt(out var count)
            && fields.TryList(out FrameList<MemberItem> members, int.MaxValue)
            && fields.TryBoolean(out var complete))
        {
            value = new RosterFrame
            {
                Id = id,
                Number = number,
                Count = count,
                Members = members,
                Complete = complete,
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
        FieldWriter.Begin(ref writer, Op, 5);
        writer.WriteInt(Id);
        writer.WriteInt(Number);
        writer.WriteInt(Count);
        FieldWriter.List(ref writer, Members);
        writer.WriteBoolean(Complete);
    }
}
