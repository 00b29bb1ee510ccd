using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A message sent to this user.</summary>
/// <remarks><c>[13, sender str?, event str, payload any, time int]</c>, sent by the server.</remarks>
public readonly ref struct DirectFrame : IFrame<DirectFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Direct;

    /// <summary>The user who sent it; empty for nil.</summary>
    public ReadOnlySpan<byte> Sender { get; init; }

    /// <summary>The name of the event; may be empty.</summary>
    public ReadOnlySpan<byte> Event { get; init; }

    /// <summary>One MessagePack value.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>When the server took it, in milliseconds since 1970.</summary>
    public long Time { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out DirectFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryOptionalText(out var sender, int.MaxValue)
            && fields.TryText(out var name, 0, int.MaxValue)
            && fields.TryPayload(out var payload)
            && fields.TryLong(out var time))
        {
            value = new DirectFrame
            {
                Sender = sender,
                Event = name,
                Payload = payload,
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
        FieldWriter.Begin(ref writer, Op, 4);
        FieldWriter.Text(ref writer, Sender);
        writer.WriteStringUtf8(Event);
        FieldWriter.Raw(ref writer, Payload);
        writer.WriteInt(Time);
    }
}
