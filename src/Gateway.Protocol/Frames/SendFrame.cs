using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Sends a message to all connections of a user.</summary>
/// <remarks><c>[12, id int, user str, event str, payload any]</c>, sent by clients.</remarks>
public readonly ref struct SendFrame : IFrame<SendFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Send;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>Whom to send to.</summary>
    public ReadOnlySpan<byte> User { get; init; }

    /// <summary>The name of the event; may be empty.</summary>
    public ReadOnlySpan<byte> Event { get; init; }

    /// <summary>One MessagePack value, passed on as it is.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out SendFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryText(out var user, 1, FrameLimits.MaxNameBytes)
            && fields.TryText(out var name, 0, FrameLimits.MaxEventBytes)
            && fields.TryPayload(out var payload))
        {
            value = new SendFrame
            {
                Id = id,
                User = user,
                Event = name,
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
        var fields = FieldWriter.Count(3, FieldWriter.IsPresent(Payload));
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        writer.WriteStringUtf8(User);
        writer.WriteStringUtf8(Event);
        if (fields > 3)
            FieldWriter.Raw(ref writer, Payload);
    }
}
