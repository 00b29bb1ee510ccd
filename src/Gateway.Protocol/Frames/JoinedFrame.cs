using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>join</c>.</summary>
/// <remarks><c>[6, id int, room str, number int, epoch int, offset int, head int, recovered bool]</c>, sent by the server.</remarks>
public readonly ref struct JoinedFrame : IFrame<JoinedFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Joined;

    /// <summary>The id of the answered frame.</summary>
    public int Id { get; init; }

    /// <summary>The room's name.</summary>
    public ReadOnlySpan<byte> Room { get; init; }

    /// <summary>Stands for the room in all later frames of this connection.</summary>
    public int Number { get; init; }

    /// <summary>The epoch of the offsets.</summary>
    public long Epoch { get; init; }

    /// <summary>The member sees every message after this one.</summary>
    public long Offset { get; init; }

    /// <summary>The offset of the room's newest message.</summary>
    public long Head { get; init; }

    /// <summary>Whether exactly what was missed follows.</summary>
    public bool Recovered { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out JoinedFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryText(out var room, 1, int.MaxValue)
            && fields.TryInt(out var number)
            && fields.TryLong(out var epoch)
            && fields.TryLong(out var offset)
            && fields.TryLong(out var head)
            && fields.TryBoolean(out var recovered))
        {
            value = new JoinedFrame
            {
                Id = id,
                Room = room,
                Number = number,
                Epoch = epoch,
                Offset = offset,
                Head = head,
                Recovered = recovered,
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
        FieldWriter.Begin(ref writer, Op, 7);
        writer.WriteInt(Id);
        writer.WriteStringUtf8(Room);
        writer.WriteInt(Number);
        writer.WriteInt(Epoch);
        writer.WriteInt(Offset);
        writer.WriteInt(Head);
        writer.WriteBoolean(Recovered);
    }
}
