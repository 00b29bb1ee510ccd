using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The server has removed the member from a room.</summary>
/// <remarks><c>[8, number int, code int, sentence str]</c>, sent by the server.</remarks>
public readonly ref struct LeftFrame : IFrame<LeftFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Left;

    /// <summary>The room.</summary>
    public int Number { get; init; }

    /// <summary>Why. Below 2000 the client must not join again by itself.</summary>
    public ErrorCode Code { get; init; }

    /// <summary>Why, for people.</summary>
    public ReadOnlySpan<byte> Sentence { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out LeftFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var number)
            && fields.TryInt(out var code)
            && code <= ushort.MaxValue
            && fields.TryText(out var sentence, 0, int.MaxValue))
        {
            value = new LeftFrame
            {
                Number = number,
                Code = (ErrorCode)code,
                Sentence = sentence,
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
        FieldWriter.Begin(ref writer, Op, 3);
        writer.WriteInt(Number);
        writer.WriteInt((int)Code);
        writer.WriteStringUtf8(Sentence);
    }
}
