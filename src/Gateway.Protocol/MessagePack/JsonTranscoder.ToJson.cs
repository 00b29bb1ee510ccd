using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gateway.Protocol.MessagePack;

public sealed partial class JsonTranscoder
{
    // The longest text of a float 64 is 24 characters (-2.2250738585072014E-308), of an integer 20; ".0" may follow.
    private const int MaxNumberLength = 32;

    /// <summary>Translates the MessagePack value at the start of the input to JSON.</summary>
    /// <param name="messagePack">Starts with the value; what follows it is not looked at.</param>
    /// <param name="json">Gets the JSON text, without white space, if and only if the result is <see cref="JsonTranscodeStatus.Success"/>.</param>
    /// <param name="consumed">The bytes the value took; 0 on failure.</param>
    public JsonTranscodeStatus ToJson(ReadOnlySpan<byte> messagePack, IBufferWriter<byte> json, out int consumed)
    {
        ArgumentNullException.ThrowIfNull(json);
        consumed = 0;
        if (messagePack.IsEmpty)
            return JsonTranscodeStatus.Empty;

        try
        {
            var status = SurveyMessagePack(messagePack, out var length);
            if (status != JsonTranscodeStatus.Success)
                return status;

            _writer.Reset(json);
            WriteJson(messagePack[..length]);
            _writer.Flush();
            consumed = length;
            return JsonTranscodeStatus.Success;
        }
        finally
        {
            Trim();
        }
    }

    /// <summary>
    /// Checks the whole value, so that writing cannot fail half-way, and notes for each map whether one of its keys has no text
    /// form, which must be known when the map is opened.
    /// </summary>
    private JsonTranscodeStatus SurveyMessagePack(ReadOnlySpan<byte> messagePack, out int length)
    {
        var reader = new MessagePackReader(messagePack);
        var depth = 0;
        length = 0;
        do
        {
            if (depth > 0)
            {
                ref var level = ref _levels[depth - 1];
                if (level.Kind == LevelKind.Map && (level.Remaining & 1) == 0 && !HasTextForm(reader))
                    _mapIsPairs[level.MapIndex] = true;
                level.Remaining--;
            }

            var type = reader.NextType;
            if (type is MessagePackType.Array or MessagePackType.Map)
            {
                var isMap = type == MessagePackType.Map;
                int count;
                if (isMap ? !reader.TryReadMapHeader(out count) : !reader.TryReadArrayHeader(out count))
                    return StatusOf(reader.Error);
                if (depth == _maxDepth)
                    return JsonTranscodeStatus.TooDeep;
                _levels[depth++] = new Level
                {
                    Kind = isMap ? LevelKind.Map : LevelKind.Array,
                    Remaining = isMap ? count * 2 : count,
                    MapIndex = _mapIsPairs.Count,
                };
                if (isMap)
                    _mapIsPairs.Add(false);
            }
            else if (!reader.TrySkip())
            {
                return StatusOf(reader.Error);
            }

            while (depth > 0 && _levels[depth - 1].Remaining == 0)
                depth--;
        }
        while (depth > 0);

        length = reader.Consumed;
        return length > MaxInputBytes ? JsonTranscodeStatus.TooLarge : JsonTranscodeStatus.Success;
    }

    /// <summary>Whether the next value, a key, can be written as the text of a JSON key.</summary>
    private static bool HasTextForm(MessagePackReader reader) => reader.NextType switch
    {
        MessagePackType.Nil or MessagePackType.Boolean or MessagePackType.Integer or MessagePackType.String => true,
        MessagePackType.Float => reader.TryReadDouble(out var value) && double.IsFinite(value),
        _ => false,
    };

    private void WriteJson(ReadOnlySpan<byte> messagePack)
    {
        var reader = new MessagePackReader(messagePack);
        var depth = 0;
        var maps = 0;
        do
        {
            if (depth > 0)
            {
                ref var level = ref _levels[depth - 1];
                var isKey = (level.Remaining-- & 1) == 0;
                if (isKey && level.Kind == LevelKind.Map)
                {
                    WriteKey(ref reader, level.IsEscaped);
                    continue;
                }

                if (isKey && level.Kind == LevelKind.Pairs)
                    _writer.WriteStartArray();
            }

            var before = depth;
            switch (reader.NextType)
            {
                case MessagePackType.Array:
                    reader.TryReadArrayHeader(out var count);
                    _writer.WriteStartArray();
                    _levels[depth++] = new Level { Kind = LevelKind.Array, Remaining = count };
                    break;
                case MessagePackType.Map:
                    reader.TryReadMapHeader(out var entries);
                    _levels[depth++] = OpenMap(reader, entries, _mapIsPairs[maps++]);
                    break;
                default:
                    WriteScalar(ref reader);
                    break;
            }

            depth = Close(depth, isOpen: depth > before);
        }
        while (depth > 0);

        Debug.Assert(reader.IsAtEnd, "the survey measured the value");
    }

    private Level OpenMap(MessagePackReader reader, int entries, bool isPairs)
    {
        _writer.WriteStartObject();
        if (isPairs)
            _writer.WriteStartArray("$map"u8);
        return new Level
        {
            Kind = isPairs ? LevelKind.Pairs : LevelKind.Map,
            Remaining = entries * 2,
            IsEscaped = entries == 1 && reader.TryReadString(out var key) && key is [(byte)'$', ..],
        };
    }

    /// <summary>
    /// Ends every array and map that is complete with the last value, which itself was only opened if <paramref name="isOpen"/>.
    /// </summary>
    private int Close(int depth, bool isOpen)
    {
        while (depth > 0)
        {
            ref readonly var level = ref _levels[depth - 1];
            if (!isOpen && level.Kind == LevelKind.Pairs && (level.Remaining & 1) == 0)
                _writer.WriteEndArray();
            if (level.Remaining > 0)
                break;

            if (level.Kind != LevelKind.Map)
                _writer.WriteEndArray();
            if (level.Kind != LevelKind.Array)
                _writer.WriteEndObject();
            depth--;
            isOpen = false;
        }

        return depth;
    }

    private void WriteScalar(ref MessagePackReader reader)
    {
        switch (reader.NextType)
        {
            case MessagePackType.Nil:
                reader.TryReadNil();
                _writer.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                reader.TryReadBoolean(out var boolean);
                _writer.WriteBooleanValue(boolean);
                break;
            case MessagePackType.Integer:
                if (reader.TryReadInt64(out var integer))
                    _writer.WriteNumberValue(integer);
                else if (reader.TryReadUInt64(out var unsigned))
                    _writer.WriteNumberValue(unsigned);
                break;
            case MessagePackType.Float:
                reader.TryReadDouble(out var number);
                WriteFloat(number);
                break;
            case MessagePackType.String:
                reader.TryReadString(out var utf8);
                _writer.WriteStringValue(utf8);
                break;
            case MessagePackType.Binary:
                reader.TryReadBinary(out var bytes);
                _writer.WriteStartObject();
                _writer.WriteBase64String("$bin"u8, bytes);
                _writer.WriteEndObject();
                break;
            default:
                WriteExtension(ref reader);
                break;
        }
    }

    private void WriteExtension(ref MessagePackReader reader)
    {
        _writer.WriteStartObject();
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        reader.TryReadExtension(out var type, out var data);
        if (type == MessagePackCode.TimestampExtension
            && MessagePackPrimitives.TryDecodeTimestamp(data, out var moment)
            && Rfc3339.TryFormat(moment, text, out var length))
        {
            _writer.WriteString("$time"u8, text[..length]);
        }
        else
        {
            _writer.WriteStartArray("$ext"u8);
            _writer.WriteNumberValue(type);
            _writer.WriteBase64StringValue(data);
            _writer.WriteEndArray();
        }

        _writer.WriteEndObject();
    }

    private void WriteFloat(double value)
    {
        if (double.IsFinite(value))
        {
            Span<byte> text = stackalloc byte[MaxNumberLength];
            _writer.WriteRawValue(text[..FormatFloat(value, text)], skipInputValidation: true);
            return;
        }

        _writer.WriteStartObject();
        _writer.WriteString("$float"u8, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        _writer.WriteEndObject();
    }

    /// <summary>The shortest digits that give the same float 64, with a point or an exponent among them.</summary>
    private static int FormatFloat(double value, Span<byte> text)
    {
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        if (text[..length].IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        return length;
    }

    [SkipLocalsInit]
    private void WriteKey(ref MessagePackReader reader, bool isEscaped)
    {
        Span<byte> text = stackalloc byte[MaxNumberLength];
        var length = 0;
        switch (reader.NextType)
        {
            case MessagePackType.Nil:
                reader.TryReadNil();
                _writer.WritePropertyName("null"u8);
                return;
            case MessagePackType.Boolean:
                reader.TryReadBoolean(out var boolean);
                _writer.WritePropertyName(boolean ? "true"u8 : "false"u8);
                return;
            case MessagePackType.Integer:
                if (reader.TryReadInt64(out var integer))
                    integer.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
                else if (reader.TryReadUInt64(out var unsigned))
                    unsigned.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
                break;
            case MessagePackType.Float:
                reader.TryReadDouble(out var number);
                length = FormatFloat(number, text);
                break;
            default:
                reader.TryReadString(out var key);
                WriteStringKey(key, isEscaped);
                return;
        }

        _writer.WritePropertyName(text[..length]);
    }

    private void WriteStringKey(ReadOnlySpan<byte> key, bool isEscaped)
    {
        if (!isEscaped)
        {
            _writer.WritePropertyName(key);
            return;
        }

        var name = Scratch(key.Length + 1);
        name[0] = (byte)'$';
        key.CopyTo(name[1..]);
        _writer.WritePropertyName(name);
    }

    private static JsonTranscodeStatus StatusOf(MessagePackError error) => error switch
    {
        MessagePackError.Truncated => JsonTranscodeStatus.Truncated,
        MessagePackError.TooDeep => JsonTranscodeStatus.TooDeep,
        _ => JsonTranscodeStatus.Malformed,
    };
}
