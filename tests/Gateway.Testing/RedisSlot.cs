using System.Text;

namespace Gateway.Testing;

/// <summary>In which slot of a Redis Cluster a key is.</summary>
public static class RedisSlot
{
    /// <summary>CRC16 (XMODEM) of what is between the first braces, or of all of it, modulo 16384.</summary>
    public static int Of(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var open = key.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : key.IndexOf('}', open);
        var crc = 0;
        foreach (var octet in Encoding.UTF8.GetBytes(close > open + 1 ? key[(open + 1)..close] : key))
        {
            crc ^= octet << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xFFFF : crc << 1;
        }

        return crc % RedisCluster.SlotCount;
    }
}
