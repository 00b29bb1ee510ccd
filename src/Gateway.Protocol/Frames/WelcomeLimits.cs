using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The node's limits that clients need to know: <c>[maxMessageBytes, maxPayloadBytes, maxRooms, maxKeyBytes]</c>.</summary>
/// <param name="MaxMessageBytes">The longest WebSocket message.</param>
/// <param name="MaxPayloadBytes">The longest payload.</param>
/// <param name="MaxRooms">The rooms a connection may have joined.</param>
/// <param name="MaxKeyBytes">The longest idempotency or conflation key.</param>
public readonly record struct WelcomeLimits(int MaxMessageBytes, int MaxPayloadBytes, int MaxRooms, int MaxKeyBytes)
{
    private const int Count = 4;

    internal static bool TryRead(scoped ReadOnlySpan<byte> raw, out WelcomeLimits limits)
    {
        limits = default;
        var reader = new MessagePackReader(raw);
        if (!reader.TryReadArrayHeader(out var count) || count < Count
            || !reader.TryReadInt32(out var messageBytes) || !reader.TryReadInt32(out var payloadBytes)
            || !reader.TryReadInt32(out var rooms) || !reader.TryReadInt32(out var keyBytes))
        {
            return false;
        }

        limits = new WelcomeLimits(messageBytes, payloadBytes, rooms, keyBytes);
        return (messageBytes | payloadBytes | rooms | keyBytes) >= 0;
    }

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Count);
        writer.WriteInt(MaxMessageBytes);
        writer.WriteInt(MaxPayloadBytes);
        writer.WriteInt(MaxRooms);
        writer.WriteInt(MaxKeyBytes);
    }
}
