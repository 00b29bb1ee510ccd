using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Gateway.Protocol.MessagePack;

// From JSON to MessagePack: what is no array and no object, and the objects that stand for such a value.
public sealed partial class JsonTranscoder
{
    private JsonTranscodeStatus WriteScalar(scoped ref Utf8JsonReader reader, ref MessagePackWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                writer.WriteNil();
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBoolean(reader.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.String:
                writer.WriteStringUtf8(TextOf(ref reader));
                break;
            default:
                return WriteNumber(ref reader, ref writer);
        }

        return JsonTranscodeStatus.Success;
    }

    private static JsonTranscodeStatus WriteNumber(scoped ref Utf8JsonReader reader, ref MessagePackWriter writer)
    {
        var text = reader.ValueSpan;
        var isInteger = text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 && !text.SequenceEqual("-0"u8);
        if (isInteger && reader.TryGetInt64(out var integer))
            writer.WriteInt(integer);
        else if (isInteger && reader.TryGetUInt64(out var unsigned))
            writer.WriteUInt(unsigned);
        else if (reader.TryGetDouble(out var number) && double.IsFinite(number))
            writer.WriteDouble(number);
        else
            return JsonTranscodeStatus.NumberOutOfRange;
        return JsonTranscodeStatus.Success;
    }

    private ReadOnlySpan<byte> KeyOf(scoped ref Utf8JsonReader reader, bool isOnly)
    {
        var key = TextOf(ref reader);
        return isOnly && key.StartsWith("$$"u8) ? key[1..] : key;
    }

    /// <summary>The string without its escapes; it was checked by the survey.</summary>
    private ReadOnlySpan<byte> TextOf(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var text = Scratch(reader.ValueSpan.Length);
        return text[..reader.CopyString(text)];
    }

    private bool TryWriteBinary(scoped ref Utf8JsonReader reader, ref MessagePackWriter writer)
    {
        if (!TryReadBase64(ref reader, out var bytes))
            return false;
        writer.WriteBinary(bytes);
        return true;
    }

    private bool TryWriteTime(scoped ref Utf8JsonReader reader, ref MessagePackWriter writer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || !Rfc3339.TryParse(TextOf(ref reader), out var moment))
            return false;
        writer.WriteTimestamp(moment);
        return true;
    }

    private static bool TryWriteFloat(scoped ref Utf8JsonReader reader, ref MessagePackWriter writer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            return false;
        if (reader.ValueTextEquals("NaN"u8))
            writer.WriteDouble(double.NaN);
        else if (reader.ValueTextEquals("Infinity"u8))
            writer.WriteDouble(double.PositiveInfinity);
        else if (reader.ValueTextEquals("-Infinity"u8))
            writer.WriteDouble(double.NegativeInfinity);
        else
            return false;
        return true;
    }

    private bool TryWriteExtension(scoped ref Utf8JsonReader reader, ref MessagePackWriter writer, ref int opened)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray || _counts[opened++] != 2)
            return false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSByte(out var type) || !TryReadBase64(ref reader, out var data))
            return false;
        if (type == MessagePackCode.TimestampExtension && !MessagePackPrimitives.TryDecodeTimestamp(data, out _))
            return false;
        writer.WriteExtension(type, data);
        reader.Read(); // the ]
        return true;
    }

    /// <summary>Reads a string of base64 with padding (RFC 4648, section 4); white space in it is refused.</summary>
    private bool TryReadBase64(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            return false;
        var text = Scratch(reader.ValueSpan.Length);
        text = text[..reader.CopyString(text)];
        if (text.IndexOfAny(" \t\r\n"u8) >= 0 || Base64.DecodeFromUtf8InPlace(text, out var length) != OperationStatus.Done)
            return false;
        bytes = text[..length];
        return true;
    }
}
