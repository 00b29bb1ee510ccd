using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Who came, went or changed since the roster or the last changes.</summary>
/// <remarks><c>[18, number int, count int, joined list, left list, updated list]</c>, sent by the server.</remarks>
public readonly ref struct ChangesFrame : IFrame<ChangesFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Changes;

    /// <summary>The room.</summary>
    public int Number { get; init; }

    /// <summary>How many users are in the room now.</summary>
    public int Count { get; init; }

    /// <summary>Who came.</summary>
    public FrameList<MemberItem> Joined { get; init; }

    /// <summary>Who went.</summary>
    public FrameList<UserItem> Left { get; init; }

    /// <summary>Whose state or number of connections is another one.</summary>
    public FrameList<MemberItem> Updated { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out ChangesFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var number)
            && fields.TryInt(out var count)
            && fields.TryList(out FrameList<MemberItem> joined, int.MaxValue)
            && fields.TryList(out FrameList<UserItem> left, int.MaxValue)
            && fields.TryList(out FrameList<MemberItem> updated, int.MaxValue))
        {
            value = new ChangesFrame
            {
                Number = number,
                Count = count,
                Joined = joined,
                Left = left,
                Updated = updated,
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
        writer.WriteInt(Number);
        writer.WriteInt(Count);
        FieldWriter.List(ref writer, Joined);
        FieldWriter.List(ref writer, Left);
        FieldWriter.List(ref writer, Updated);
    }
}
