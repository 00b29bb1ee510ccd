using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to a frame that has no answer of its own.</summary>
/// <remarks><c>[4, id int, value any]</c>, sent by the server.</remarks>
public readonly ref struct OkFrame : IFrame<OkFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Ok;

    /// <summary>The id of the answered frame.</summary>
    public int Id { get; init; }

    /// <summary>What the answered frame says; one MessagePack value, nil if it says nothing.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out OkFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryAny(out var any))
        {
            value = new OkFrame
            {
                Id = id,
                Value = any,
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
        var fields = FieldWriter.Count(1, FieldWriter.IsPresent(Value));
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Id);
        if (fields > 1)
            FieldWriter.Raw(ref writer, Value);
    }
}
