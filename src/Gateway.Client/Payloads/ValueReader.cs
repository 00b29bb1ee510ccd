using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Payloads;

/// <summary>Reads any MessagePack value into plain .NET ones.</summary>
internal static class ValueReader
{
    public static bool TryRead(ref MessagePackReader reader, out object? value) => TryRead(ref reader, MessagePackReader.DefaultMaxDepth, out value);

    private static bool TryRead(ref MessagePackReader reader, int depthLeft, out object? value)
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
                return TryReadInteger(ref reader, out value);
            case MessagePackType.Float:
                var isFloat = reader.TryReadDouble(out var number);
                value = number;
                return isFloat;
            case MessagePackType.String:
                var isString = reader.TryReadString(out var utf8);
                value = isString ? Encoding.UTF8.GetString(utf8) : null;
                return isString;
            case MessagePackType.Binary:
                var isBinary = reader.TryReadBinary(out var bytes);
                value = bytes.ToArray();
                return isBinary;
            case MessagePackType.Extension:
                return TryReadExtension(ref reader, out value);
            case MessagePackType.Array:
                return depthLeft > 0 && TryReadList(ref reader, depthLeft - 1, out value);
            case MessagePackType.Map:
                return depthLeft > 0 && TryReadMap(ref reader, depthLeft - 1, out value);
            default:
                return false;
        }
    }

    private static bool TryReadInteger(ref MessagePackReader reader, out object? value)
    {
        if (reader.TryReadInt64(out var signed))
        {
            value = signed;
            return true;
        }

        var isUnsigned = reader.TryReadUInt64(out var unsigned);
        value = unsigned;
        return isUnsigned;
    }

    private static bool TryReadExtension(ref MessagePackReader reader, out object? value)
    {
        var copy = reader;
        if (copy.TryReadTimestamp(out DateTimeOffset time))
        {
            reader = copy;
            value = time;
            return true;
        }

        var isExtension = reader.TryReadExtension(out var type, out var data);
        value = isExtension ? new PayloadExtension(type, data.ToArray()) : null;
        return isExtension;
    }

    private static bool TryReadList(ref MessagePackReader reader, int depthLeft, out object? value)
    {
        value = null;
        // The reader has checked that the count is not more than the bytes that are left: it is safe to reserve.
        if (!reader.TryReadArrayHeader(out var count))
            return false;
        var list = new List<object?>(count);
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, depthLeft, out var item))
                return false;
            list.Add(item);
        }

        value = list;
        return true;
    }

    private static bool TryReadMap(ref MessagePackReader reader, int depthLeft, out object? value)
    {
        value = null;
        if (!reader.TryReadMapHeader(out var count))
            return false;
        var map = new Dictionary<object, object?>(count);
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, depthLeft, out var key) || key is null || !TryRead(ref reader, depthLeft, out var item))
                return false;
            map[key] = item;
        }

        value = map;
        return true;
    }
}
