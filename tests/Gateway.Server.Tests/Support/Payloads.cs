using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Tests.Support;

/// <summary>Reads the maps that jobs publish.</summary>
internal static class Payloads
{
    public static IReadOnlyDictionary<string, object?> ReadMap(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var map = (IReadOnlyDictionary<string, object?>)ReadValue(ref reader)!;
        Assert.True(reader.IsAtEnd);
        return map;
    }

    private static object? ReadValue(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
            return null;
        if (reader.TryReadInt64(out var integer))
            return integer;
        if (reader.TryReadDouble(out var number))
            return number;
        if (reader.TryReadString(out var text))
            return Encoding.UTF8.GetString(text);

        Assert.True(reader.TryReadMapHeader(out var count));
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (; count > 0; count--)
            map.Add((string)ReadValue(ref reader)!, ReadValue(ref reader));
        return map;
    }
}
