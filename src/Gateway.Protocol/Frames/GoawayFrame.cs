using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>An appointment: the server will go, come back then and there.</summary>
/// <remarks><c>[29, code int, reason str, after int, url str?, ticket str?]</c>, sent by the server.</remarks>
public readonly ref struct GoawayFrame : IFrame<GoawayFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Goaway;

    /// <summary>With what code the server will close.</summary>
    public GatewayCloseCode Code { get; init; }

    /// <summary>Why, for people.</summary>
    public ReadOnlySpan<byte> Reason { get; init; }

    /// <summary>When to connect again: this many milliseconds after this was said.</summary>
    public int AfterMilliseconds { get; init; }

    /// <summary>Where to; empty for nil: the same place.</summary>
    public ReadOnlySpan<byte> Url { get; init; }

    /// <summary>For the next hello, to be let in first; empty for nil.</summary>
    public ReadOnlySpan<byte> Ticket { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out GoawayFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var code)
            && code <= ushort.MaxValue
            && fields.TryText(out var reason, 0, int.MaxValue)
            && fields.TryInt(out var afterMilliseconds)
            && fields.TryOptionalText(out var url, int.MaxValue)
            && fields.TryOptionalText(out var ticket, int.MaxValue))
        {
            value = new GoawayFrame
            {
                Code = (GatewayCloseCode)code,
                Reason = reason,
                AfterMilliseconds = afterMilliseconds,
                Url = url,
                Ticket = ticket,
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
        var fields = FieldWriter.Count(3, !Url.IsEmpty, !Ticket.IsEmpty);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt((int)Code);
        writer.WriteStringUtf8(Reason);
        writer.WriteInt(AfterMilliseconds);
        if (fields > 3)
            FieldWriter.Text(ref writer, Url);
        if (fields > 4)
            FieldWriter.Text(ref writer, Ticket);
    }
}
