using System.Collections;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Payloads;

/// <summary>Writes simple values and containers of them.</summary>
internal static class ValueWriter
{
    /// <summary>False when <paramref name="value"/> has something inside that has no MessagePack form; <paramref name="obstacle"/> says what.</summary>
    public static bool TryWrite(ref MessagePackWriter writer, object? value, int depth, out string? obstacle)
    {
        obstacle = null;
        switch (value)
        {
            case null:
                writer.WriteNil();
                return true;
            case bool boolean:
                writer.WriteBoolean(boolean);
                return true;
            case string text:
                writer.WriteString(text);
                return true;
            case char character:
                writer.WriteString([character]);
                return true;
            case sbyte or short or int or long:
                writer.WriteInt(Convert.ToInt64(value, provider: null));
                return true;
            case byte or ushort or uint or ulong:
                writer.WriteUInt(Convert.ToUInt64(value, provider: null));
                return true;
            case float single:
                writer.WriteSingle(single);
                return true;
            case double number:
                writer.WriteDouble(number);
                return true;
            case decimal number:
                writer.WriteDouble((double)number);
                return true;
            case byte[] bytes:
                writer.WriteBinary(bytes);
                return true;
            case ReadOnlyMemory<byte> bytes:
                writer.WriteBinary(bytes.Span);
                return true;
            case DateTimeOffset time:
                writer.WriteTimestamp(time);
                return true;
            case DateTime time:
                writer.WriteTimestamp(new DateTimeOffset(time.ToUniversalTime()));
                return true;
            case Guid or Enum:
                writer.WriteString(value.ToString());
                return true;
            case PayloadExtension extension:
                writer.WriteExtension(extension.Type, extension.Data.Span);
                return true;
            case IDictionary map:
                return TryWriteMap(ref writer, map, depth, out obstacle);
            case IEnumerable list when IsPlainSequence(value):
                return TryWriteList(ref writer, list, depth, out obstacle);
            default:
                obstacle = $"a {value.GetType()}";
                return false;
        }
    }

    // Sequences with a meaning of their own, JSON nodes for example, are left to the JSON serializer.
    private static bool IsPlainSequence(object value) =>
        value is Array || value.GetType().Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

    private static bool TryWriteMap(ref MessagePackWriter writer, IDictionary map, int depth, out string? obstacle)
    {
        if (!IsWithinDepth(depth, out obstacle))
            return false;
        writer.WriteMapHeader(map.Count);
        foreach (DictionaryEntry entry in map)
        {
            if (!TryWrite(ref writer, entry.Key, depth + 1, out obstacle) || !TryWrite(ref writer, entry.Value, depth + 1, out obstacle))
                return false;
        }

        return true;
    }

    private static bool TryWriteList(ref MessagePackWriter writer, IEnumerable list, int depth, out string? obstacle)
    {
        if (!IsWithinDepth(depth, out obstacle))
            return false;
        var items = list as ICollection ?? list.Cast<object?>().ToList();
        writer.WriteArrayHeader(items.Count);
        foreach (var item in items)
        {
            if (!TryWrite(ref writer, item, depth + 1, out obstacle))
                return false;
        }

        return true;
    }

    private static bool IsWithinDepth(int depth, out string? obstacle)
    {
        obstacle = depth < MessagePackReader.DefaultMaxDepth ? null : $"values nested deeper than {MessagePackReader.DefaultMaxDepth}";
        return obstacle is null;
    }
}
