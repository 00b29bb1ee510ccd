using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Asks a service.</summary>
/// <remarks><c>[14, id int, service str, method str, payload any, timeout int?]</c>, sent by clients.</remarks>
public readonly ref struct RequestFrame : IFrame<RequestFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Request;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>The service.</summary>
    public ReadOnlySpan<byte> Service { get; init; }

    /// <summary>What it is asked to do.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>One MessagePack value, passed on as it is.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>How long to wait, 1 to 60,000 ms; null for 10,000.</summary>
    public int? TimeoutMilliseconds { get; init; }

    /// <summary>How long to wait.</summary>
    public TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMilliseconds ?? FrameLimits.DefaultTimeoutMilliseconds);

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out RequestFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryText(out var service, 1, FrameLimits.MaxNameBytes)
            && fields.TryText(out var method, 1, FrameLimits.MaxNameBytes)
            && fields.TryPayload(out var payload)
            && fields.TryOptionalInt(out var timeoutMilliseconds)
            && timeoutMilliseconds is null or (>= 1 and <= FrameLimits.MaxTimeoutMilliseconds))
        {
            value = new RequestFrame
            {
                Id = id,
                Service = service,
                Method = method,
                Payload = payload,
                TimeoutMilliseconds = timeoutMilliseconds,
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
        var fields = FieldWriter.Count(3, FieldWriter.IsPresent(Payload), TimeoutMilliseconds is not null);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        writer.WriteStringUtf8(Service);
        writer.WriteStringUtf8(Method);
        if (fields > 3)
            FieldWriter.Raw(ref writer, Payload);
        if (fields > 4)
            FieldWriter.Integer(ref writer, TimeoutMilliseconds);
    }
}
