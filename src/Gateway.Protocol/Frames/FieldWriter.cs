using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>What the frames' Write methods have in common: the head of a frame, and fields that may be nil.</summary>
internal static class FieldWriter
{
    /// <summary>Writes <c>[op,</c> of a frame with this many fields behind the op.</summary>
    public static void Begin(ref MessagePackWriter writer, Op op, int fields)
    {
        writer.WriteArrayHeader(1 + fields);
        writer.WriteInt((byte)op);
    }

    /// <summary>The number of fields to write: all up to the last one that is not nil.</summary>
    /// <param name="required">The fields in front, which are always written.</param>
    /// <param name="isPresent">For each field behind them, whether it is not nil.</param>
    public static int Count(int required, params ReadOnlySpan<bool> isPresent) => required + isPresent.LastIndexOf(true) + 1;

    /// <summary>Whether a field that takes any value is something else than nil.</summary>
    public static bool IsPresent(scoped ReadOnlySpan<byte> raw) => raw is not ([] or [MessagePackCode.Nil]);

    public static void Text(ref MessagePackWriter writer, scoped ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            writer.WriteNil();
        else
            writer.WriteStringUtf8(utf8);
    }

    public static void Integer(ref MessagePackWriter writer, long? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            writer.WriteInt(value.Value);
    }

    public static void Raw(ref MessagePackWriter writer, scoped ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
            writer.WriteNil();
        else
            writer.WriteRaw(raw);
    }

    public static void List<T>(ref MessagePackWriter writer, scoped FrameList<T> list)
        where T : IListItem<T>, allows ref struct
    {
        if (list.IsNil)
            writer.WriteArrayHeader(0);
        else
            writer.WriteRaw(list.Raw);
    }
}
