using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Payloads;

/// <summary>The way between MessagePack and what System.Text.Json makes of an object.</summary>
/// <remarks>Byte strings become base64 and times RFC 3339, which is how System.Text.Json reads and writes <c>byte[]</c> and <see cref="DateTimeOffset"/>.</remarks>
internal static class JsonElements
{
    /// <summary>False when it is nested deeper than a payload may be.</summary>
    public static bool TryWrite(ref MessagePackWriter writer, JsonElement element) => TryWrite(ref writer, element, MessagePackReader.DefaultMaxDepth);

    public static ReadOnlySpan<byte> ToJson(object? value)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
            Write(json, value);
        return output.WrittenSpan;
    }

    private static bool TryWrite(ref MessagePackWriter writer, JsonElement element, int depthLeft)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (depthLeft == 0)
                    return false;
                writer.WriteMapHeader(element.GetPropertyCount());
                foreach (var property in element.EnumerateObject())
                {
                    writer.WriteString(property.Name);
                    if (!TryWrite(ref writer, property.Value, depthLeft - 1))
                        return false;
                }

                return true;
            case JsonValueKind.Array:
                if (depthLeft == 0)
                    return false;
                writer.WriteArrayHeader(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    if (!TryWrite(ref writer, item, depthLeft - 1))
                        return false;
                }

                return true;
            case JsonValueKind.String:
                writer.WriteString(element.GetString());
                return true;
            case JsonValueKind.Number when element.TryGetInt64(out var signed):
                writer.WriteInt(signed);
                return true;
            case JsonValueKind.Number when element.TryGetUInt64(out var unsigned):
                writer.WriteUInt(unsigned);
                return true;
            case JsonValueKind.Number:
                writer.WriteDouble(element.GetDouble());
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBoolean(element.GetBoolean());
                return true;
            default:
                writer.WriteNil();
                return true;
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool boolean:
                json.WriteBooleanValue(boolean);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time);
                break;
            case PayloadExtension extension:
                json.WriteBase64StringValue(extension.Data.Span);
                break;
            case IDictionary map:
                json.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                {
                    json.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "");
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case IEnumerable list when value is not string:
                json.WriteStartArray();
                foreach (var item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
