using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Messages that this member will not get.</summary>
/// <remarks><c>[28, number int, count int, from int, to int]</c>, sent by the server.</remarks>
public readonly ref struct LostFrame : IFrame<LostFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Lost;

    /// <summary>The room.</summary>
    public int Number { get; init; }

    /// <summary>How many messages are gone.</summary>
    public int Count { get; init; }

    /// <summary>The offset of the first of them; 0 for transient ones.</summary>
    public long From { get; init; }

    /// <summary>The offset of the last of them; 0 for transient ones.</summary>
    public long To { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out LostFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var number)
            && fields.TryInt(out var count)
            && fields.TryLong(out var from)
            && fields.TryLong(out var to))
        {
            value = new LostFrame
            {
                Number = number,
                Count = count,
                From = from,
                To = to,
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
        writer.WriteInt(Number);
        writer.WriteInt(Count);
        writer.WriteInt(From);
        writer.WriteInt(To);
    }
}
