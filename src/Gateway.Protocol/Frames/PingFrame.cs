using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Asks the other side whether it is there.</summary>
/// <remarks><c>[24, id int]</c>, sent by both sides.</remarks>
public readonly ref struct PingFrame : IFrame<PingFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Ping;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out PingFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id))
        {
            value = new PingFrame
            {
                Id = id,
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
        FieldWriter.Begin(ref writer, Op, 1);
        writer.WriteInt(Id);
    }
}
