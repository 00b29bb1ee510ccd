using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A message of a joined room.</summary>
/// <remarks><c>[11, number int, offset int, event str, payload any, sender str?, time int, conflationKey str?]</c>, sent by the server.</remarks>
public readonly ref struct MessageFrame : IFrame<MessageFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Message;

    /// <summary>The room.</summary>
    public int Number { get; init; }

    /// <summary>The offset; 0 for a transient message.</summary>
    public long Offset { get; init; }

    /// <summary>The name of the event; may be empty.</summary>
    public ReadOnlySpan<byte> Event { get; init; }

    /// <summary>One MessagePack value.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The user who published it; empty for nil.</summary>
    public ReadOnlySpan<byte> Sender { get; init; }

    /// <summary>When the room took it, in milliseconds since 1970.</summary>
    public long Time { get; init; }

    /// <summary>The key of a transient message; empty for nil.</summary>
    public ReadOnlySpan<byte> ConflationKey { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out MessageFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var number)
            && fields.TryLong(out var offset)
            && fields.TryText(out var name, 0, int.MaxValue)
            && fields.TryPayload(out var payload)
            && fields.TryOptionalText(out var sender, int.MaxValue)
            && fields.TryLong(out var time)
            && fields.TryOptionalText(out var conflationKey, int.MaxValue))
        {
            value = new MessageFrame
            {
                Number = number,
                Offset = offset,
                Event = name,
                Payload = payload,
                Sender = sender,
                Time = time,
                ConflationKey = conflationKey,
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
        var fields = FieldWriter.Count(6, !ConflationKey.IsEmpty);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Number);
        writer.WriteInt(Offset);
        writer.WriteStringUtf8(Event);
        FieldWriter.Raw(ref writer, Payload);
        FieldWriter.Text(ref writer, Sender);
        writer.WriteInt(Time);
        if (fields > 6)
            FieldWriter.Text(ref writer, ConflationKey);
    }
}
