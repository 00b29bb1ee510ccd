using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Something could not be done.</summary>
/// <remarks><c>[30, id int, code int, sentence str, retryAfter int?]</c>, sent by the server.</remarks>
public readonly ref struct ErrorFrame : IFrame<ErrorFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Error;

    /// <summary>The id of the frame that caused it; 0 when it had none.</summary>
    public int Id { get; init; }

    /// <summary>What is wrong.</summary>
    public ErrorCode Code { get; init; }

    /// <summary>What is wrong, for people.</summary>
    public ReadOnlySpan<byte> Sentence { get; init; }

    /// <summary>For codes from 2000 on: how long to wait before trying again; null to use back-off.</summary>
    public int? RetryAfterMilliseconds { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out ErrorFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryInt(out var code)
            && code <= ushort.MaxValue
            && fields.TryText(out var sentence, 0, int.MaxValue)
            && fields.TryOptionalInt(out var retryAfterMilliseconds))
        {
            value = new ErrorFrame
            {
                Id = id,
                Code = (ErrorCode)code,
                Sentence = sentence,
                RetryAfterMilliseconds = retryAfterMilliseconds,
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
        var fields = FieldWriter.Count(3, RetryAfterMilliseconds is not null);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        writer.WriteInt((int)Code);
        writer.WriteStringUtf8(Sentence);
        if (fields > 3)
            FieldWriter.Integer(ref writer, RetryAfterMilliseconds);
    }
}
