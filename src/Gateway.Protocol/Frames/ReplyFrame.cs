using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>request</c>.</summary>
/// <remarks><c>[15, id int, payload any]</c>, sent by the server.</remarks>
public readonly ref struct ReplyFrame : IFrame<ReplyFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Reply;

    /// <summary>The id of the answered frame.</summary>
    public int Id { get; init; }

    /// <summary>One MessagePack value.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out ReplyFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryPayload(out var payload))
        {
            value = new ReplyFrame
            {
                Id = id,
                Payload = payload,
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
        var fields = FieldWriter.Count(1, FieldWriter.IsPresent(Payload));
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        if (fields > 1)
            FieldWriter.Raw(ref writer, Payload);
    }
}
