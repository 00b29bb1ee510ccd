using System.Buffers;

namespace Gateway.Client;

/// <summary>
/// Turns values into payloads (one MessagePack value each) and back. The seam for those who have a MessagePack library of their own: two methods
/// that call it, given to <see cref="GatewayClientOptions.Serializer"/>.
/// </summary>
/// <remarks>Called on any thread, several at a time.</remarks>
public interface IPayloadSerializer
{
    /// <summary>Writes exactly one MessagePack value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    void Serialize<T>(IBufferWriter<byte> output, T value);

    /// <summary>Reads the value back.</summary>
    /// <typeparam name="T">The type wanted.</typeparam>
    /// <param name="payload">Exactly one MessagePack value.</param>
    /// <exception cref="FormatException">The payload cannot be read as a <typeparamref name="T"/>.</exception>
    T? Deserialize<T>(ReadOnlyMemory<byte> payload);
}
