using Gateway.Server.Connections.Limiting;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Publishing;

/// <summary>Publishes into rooms for backends, whichever way they came. Any thread.</summary>
internal sealed class BackendPublisher(RoomSet rooms, LiveLimits limits, TimeProvider time)
{
    // No user has such an id, because it is not UTF-8: what users take as keys does not collide with those of backends. All backends share theirs, so that
    // what one of them sent over NATS may be sent again by another over HTTP.
    private static ReadOnlySpan<byte> KeyOwner => [0xFF];

    public RoomKinds Kinds => rooms.Kinds;

    public int MaxPayloadBytes => limits.Values.MaxPayloadBytes;

    /// <summary>Publishes what has been checked; the publisher is told the outcome, perhaps before this returns.</summary>
    /// <param name="room">Of a known kind.</param>
    /// <param name="payload">One valid MessagePack value within the limit.</param>
    public void Publish(string room, in PublishFields fields, ReadOnlySpan<byte> payload, IPublisher publisher, long tag)
    {
        var message = RoomMessage.Create(fields.Event, payload, fields.Sender, fields.ConflationKey, time.GetUtcNow().ToUnixTimeMilliseconds());
        rooms.Publish(Publication.Create(message, Publication.Digest(KeyOwner, fields.IdempotencyKey), publisher, tag, room));
    }
}
