namespace Gateway.Client;

/// <summary>A message of a room.</summary>
public sealed class RoomMessage
{
    internal RoomMessage(
        string room, RoomPosition position, string eventName, ReadOnlyMemory<byte> payload, string? sender, DateTimeOffset time,
        string? conflationKey, IPayloadSerializer serializer)
    {
        Room = room;
        Position = position;
        Event = eventName;
        Payload = payload;
        Sender = sender;
        Time = time;
        ConflationKey = conflationKey;
        Serializer = serializer;
    }

    /// <summary>The room's name.</summary>
    public string Room { get; }

    /// <summary>Where the message stands in the room's order; offset 0 for a transient one.</summary>
    public RoomPosition Position { get; }

    /// <summary>What kind of message it is, in the publisher's words.</summary>
    public string Event { get; }

    /// <summary>One MessagePack value, as the publisher wrote it. The memory belongs to the message and is not reused.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The user who published; null for a service.</summary>
    public string? Sender { get; }

    /// <summary>When the gateway took the message, by its clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>For a transient message: later ones with the same key replace it.</summary>
    public string? ConflationKey { get; }

    /// <summary>Whether the message is outside the room's order: not kept, not made up for, not counted.</summary>
    public bool IsTransient => Position.Offset == 0;

    /// <summary>What is missing right before this message; null when nothing is, which is the rule.</summary>
    public RoomGap? GapBefore { get; internal set; }

    internal IPayloadSerializer Serializer { get; }

    /// <summary>The payload as a value, by <see cref="GatewayClientOptions.Serializer"/>.</summary>
    /// <typeparam name="T">The type wanted; <see cref="object"/> gives what the payload holds.</typeparam>
    /// <exception cref="FormatException">The payload cannot be read as a <typeparamref name="T"/>.</exception>
    public T? Read<T>() => Serializer.Deserialize<T>(Payload);
}
