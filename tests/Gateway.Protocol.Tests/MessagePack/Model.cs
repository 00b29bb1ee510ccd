using System.Buffers;
using System.Globalization;
using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>
/// MessagePack values as objects, for tests only: null, bool, long, ulong (above long), float, double, string, byte[],
/// object?[], <see cref="Map"/>, <see cref="Extension"/>, <see cref="MessagePackTimestamp"/>.
/// </summary>
internal static class Model
{
    public static byte[] Encode(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, value);
        writer.Flush();
        Assert.Equal(buffer.WrittenCount, writer.Written);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNil(); break;
            case bool boolean: writer.WriteBoolean(boolean); break;
            case int number: writer.WriteInt(number); break;
            case long number: writer.WriteInt(number); break;
            case ulong number: writer.WriteUInt(number); break;
            case float number: writer.WriteSingle(number); break;
            case double number: writer.WriteDouble(number); break;
            case string text: writer.WriteString(text); break;
            case byte[] bytes: writer.WriteBinary(bytes); break;
            case MessagePackTimestamp moment: writer.WriteTimestamp(moment); break;
            case Extension extension: writer.WriteExtension(extension.Type, extension.Data); break;
            case object?[] array:
                writer.WriteArrayHeader(array.Length);
                foreach (var element in array)
                    Write(ref writer, element);
                break;
            case Map map:
                writer.WriteMapHeader(map.Entries.Length);
                foreach (var (key, item) in map.Entries)
                {
                    Write(ref writer, key);
                    Write(ref writer, item);
                }

                break;
            default: throw new ArgumentException($"no model of {value.GetType()}", nameof(value));
        }
    }

    public static MessagePackError TryDecode(ReadOnlySpan<byte> bytes, out object? value, out int consumed)
    {
        var reader = new MessagePackReader(bytes);
        var isRight = TryRead(ref reader, out value);
        consumed = reader.Consumed;
        return isRight ? MessagePackError.None : reader.Error;
    }

    public static object? Decode(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(MessagePackError.None, TryDecode(bytes, out var value, out var consumed));
        Assert.Equal(bytes.Length, consumed);
        return value;
    }

    public static bool TryRead(ref MessagePackReader reader, out object? value)
    {
        value = null;
        switch (reader.NextType)
        {
            case MessagePackType.Nil:
                return reader.TryReadNil();
            case MessagePackType.Boolean:
                var isBoolean = reader.TryReadBoolean(out var boolean);
                value = boolean;
                return isBoolean;
            case MessagePackType.Integer:
                if (reader.TryReadInt64(out var integer))
                    value = integer;
                else if (reader.Error == MessagePackError.OutOfRange && reader.TryReadUInt64(out var unsigned))
                    value = unsigned;
                return value is not null;
            case MessagePackType.Float when reader.TryReadSingle(out var single):
                value = single;
                return true;
            case MessagePackType.Float:
                var isDouble = reader.TryReadDouble(out var number);
                value = number;
                return isDouble;
            case MessagePackType.String:
                var isString = reader.TryReadString(out var utf8);
                value = Encoding.UTF8.GetString(utf8);
                return isString;
            case MessagePackType.Binary:
                var isBinary = reader.TryReadBinary(out var bytes);
                value = bytes.ToArray();
                return isBinary;
            case MessagePackType.Array:
                return TryReadArray(ref reader, ref value);
            case MessagePackType.Map:
                return TryReadMap(ref reader, ref value);
            case MessagePackType.Extension when reader.TryReadTimestamp(out MessagePackTimestamp moment):
                value = moment;
                return true;
            case MessagePackType.Extension when reader.Error == MessagePackError.WrongType:
                var isExtension = reader.TryReadExtension(out var type, out var data);
                value = new Extension(type, data.ToArray());
                return isExtension;
            default:
                // Sets the error: there is nothing to read, or nothing that could be read as something else.
                return reader.TrySkip();
        }
    }

    /// <summary>A text that is equal for equal values and for no others (floats by their bits).</summary>
    public static string Describe(object? value) => value switch
    {
        null => "nil",
        bool boolean => boolean ? "true" : "false",
        int or long or ulong => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        float number => $"f32:{BitConverter.SingleToUInt32Bits(number):x8}",
        double number => $"f64:{BitConverter.DoubleToUInt64Bits(number):x16}",
        string text => "'" + Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text)) + "'",
        byte[] bytes => "bin:" + Convert.ToHexString(bytes),
        Extension extension => $"ext{extension.Type}:" + Convert.ToHexString(extension.Data),
        MessagePackTimestamp moment => $"time:{moment.Seconds}+{moment.Nanoseconds}",
        object?[] array => "[" + string.Join(',', array.Select(Describe)) + "]",
        Map map => "{" + string.Join(',', map.Entries.Select(e => Describe(e.Key) + ":" + Describe(e.Value))) + "}",
        _ => throw new ArgumentException($"no model of {value.GetType()}", nameof(value)),
    };

    private static bool TryReadArray(ref MessagePackReader reader, ref object? value)
    {
        if (!reader.TryReadArrayHeader(out var count))
            return false;
        var array = new object?[count];
        value = array;
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, out array[i]))
                return false;
        }

        return true;
    }

    private static bool TryReadMap(ref MessagePackReader reader, ref object? value)
    {
        if (!reader.TryReadMapHeader(out var count))
            return false;
        var entries = new (object? Key, object? Value)[count];
        value = new Map(entries);
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, out entries[i].Key) || !TryRead(ref reader, out entries[i].Value))
                return false;
        }

        return true;
    }
}
