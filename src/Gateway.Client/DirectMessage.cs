namespace Gateway.Client;

/// <summary>A message to this user, outside of any room.</summary>
public sealed class DirectMessage
{
    internal DirectMessage(string? sender, string eventName, ReadOnlyMemory<byte> payload, DateTimeOffset time, IPayloadSerializer serializer)
    {
        Sender = sender;
        Event = eventName;
        Payload = payload;
        Time = time;
        Serializer = serializer;
    }

    /// <summary>The user who sent it; null for a service.</summary>
    public string? Sender { get; }

    /// <summary>What kind of message it is, in the sender's words.</summary>
    public string Event { get; }

    /// <summary>One MessagePack value. The memory belongs to the message and is not reused.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>When the gateway took the message, by its clock.</summary>
    public DateTimeOffset Time { get; }

    private IPayloadSerializer Serializer { get; }

    /// <summary>The payload as a value, by <see cref="GatewayClientOptions.Serializer"/>.</summary>
    /// <typeparam name="T">The type wanted; <see cref="object"/> gives what the payload holds.</typeparam>
    /// <exception cref="FormatException">The payload cannot be read as a <typeparamref name="T"/>.</exception>
    public T? Read<T>() => Serializer.Deserialize<T>(Payload);
}
