using System.Buffers.Binary;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Relay;

/// <summary>An idempotency key between nodes: 16 bytes, big-endian; empty for none.</summary>
internal static class RelayKey
{
    private const int Bytes = 16;

    public static void Write(ref MessagePackWriter writer, UInt128 key)
    {
        if (key == default)
        {
            writer.WriteBinary([]);
            return;
        }

        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        writer.WriteBinary(bytes);
    }

    public static bool TryRead(ref MessagePackReader reader, out UInt128 key)
    {
        key = default;
        if (!reader.TryReadBinary(out var bytes) || (bytes.Length != 0 && bytes.Length != Bytes))
            return false;
        if (bytes.Length == Bytes)
            key = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }
}
