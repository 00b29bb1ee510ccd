using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>ping</c>.</summary>
/// <remarks><c>[25, id int, time int]</c>, sent by both sides.</remarks>
public readonly ref struct PongFrame : IFrame<PongFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Pong;

    /// <summary>The id of the <c>ping</c>.</summary>
    public int Id { get; init; }

    /// <summary>The sender's clock, in milliseconds since 1970.</summary>
    public long Time { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out PongFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryLong(out var time))
        {
            value = new PongFrame
            {
                Id = id,
                Time = time,
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
        writer.WriteInt(Time);
    }
}
