using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Publishes a message to a room.</summary>
/// <remarks><c>[9, id int, room str or int, event str, payload any, idempotencyKey str?, conflationKey str?]</c>, sent by clients.</remarks>
public readonly ref struct PublishFrame : IFrame<PublishFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Publish;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The room.</summary>
    public RoomReference Room { get; init; }

    /// <summary>The name of the event; may be empty.</summary>
    public ReadOnlySpan<byte> Event { get; init; }

    /// <summary>One MessagePack value, passed on as it is.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Makes a second publish with the same key harmless; empty for nil.</summary>
    public ReadOnlySpan<byte> IdempotencyKey { get; init; }

    /// <summary>Makes the message transient: only the latest of this key matters; empty for nil.</summary>
    public ReadOnlySpan<byte> ConflationKey { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out PublishFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryRoom(out var room)
            && fields.TryText(out var name, 0, FrameLimits.MaxEventBytes)
            && fields.TryPayload(out var payload)
            && fields.TryOptionalText(out var idempotencyKey, FrameLimits.MaxKeyBytes)
            && fields.TryOptionalText(out var conflationKey, FrameLimits.MaxKeyBytes))
        {
            value = new PublishFrame
            {
                Id = id,
                Room = room,
                Event = name,
                Payload = payload,
                IdempotencyKey = idempotencyKey,
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
        var fields = FieldWriter.Count(3, FieldWriter.IsPresent(Payload), !IdempotencyKey.IsEmpty, !ConflationKey.IsEmpty);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        Room.Write(ref writer);
        writer.WriteStringUtf8(Event);
        if (fields > 3)
            FieldWriter.Raw(ref writer, Payload);
        if (fields > 4)
            FieldWriter.Text(ref writer, IdempotencyKey);
        if (fields > 5)
            FieldWriter.Text(ref writer, ConflationKey);
    }
}
