using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A well-formed frame whose op is known and whose fields are not read yet.</summary>
public readonly ref struct RawFrame
{
    private readonly int _fieldsStart;

    internal RawFrame(ReadOnlySpan<byte> raw, int fieldsStart, int op, int fieldCount, int maxPayloadBytes)
    {
        Raw = raw;
        Op = op;
        FieldCount = fieldCount;
        MaxPayloadBytes = maxPayloadBytes;
        _fieldsStart = fieldsStart;
    }

    /// <summary>The op; may be none of <see cref="Frames.Op"/>.</summary>
    public int Op { get; }

    /// <summary>The number of fields behind the op.</summary>
    public int FieldCount { get; }

    /// <summary>The bytes of the frame.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>A reader at the first field.</summary>
    public MessagePackReader Fields => new(Raw[_fieldsStart..]);

    internal int MaxPayloadBytes { get; }

    /// <summary>The id to put in an error about this frame: its first field, if that may be one.</summary>
    /// <returns>False, and 0, when there is none.</returns>
    public bool TryPeekId(out int id)
    {
        id = 0;
        var fields = Fields;
        if (FieldCount == 0 || Op == (int)Frames.Op.Hello || !fields.TryReadInt32(out var first) || first <= 0)
            return false;
        id = first;
        return true;
    }

    internal FieldReader ReadFields() => new(Fields, FieldCount, MaxPayloadBytes);
}
