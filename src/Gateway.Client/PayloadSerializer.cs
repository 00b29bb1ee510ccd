using System.Buffers;
using System.Text.Json;
using Gateway.Client.Payloads;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client;

/// <summary>
/// The serializer that needs no library: simple values as <see cref="Payload.From"/> has them, and any other type in the shape that System.Text.Json gives it
/// (camel case), as a MessagePack map.
/// </summary>
/// <remarks>Convenient rather than fast: an object takes the way over JSON text. For hot paths write payloads by hand or plug in a MessagePack library.</remarks>
public sealed class PayloadSerializer : IPayloadSerializer
{
    private readonly JsonSerializerOptions _json;

    /// <summary>Creates a serializer.</summary>
    /// <param name="json">How other types become JSON; null is the web's usual way.</param>
    public PayloadSerializer(JsonSerializerOptions? json = null) => _json = json ?? JsonSerializerOptions.Web;

    /// <summary>The one used unless another is set.</summary>
    public static PayloadSerializer Default { get; } = new();

    /// <inheritdoc/>
    public void Serialize<T>(IBufferWriter<byte> output, T value)
    {
        ArgumentNullException.ThrowIfNull(output);
        // Written beside, because a value that turns out not to be simple must leave no half of itself in the output.
        var simple = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(simple);
        if (ValueWriter.TryWrite(ref writer, value, depth: 0, out _))
        {
            writer.Flush();
            output.Write(simple.WrittenSpan);
            return;
        }

        var element = JsonSerializer.SerializeToElement(value, _json);
        var jsonWriter = new MessagePackWriter(output);
        if (!JsonElements.TryWrite(ref jsonWriter, element))
            throw new ArgumentException($"A payload cannot hold this {typeof(T)}: it is nested too deep.", nameof(value));
        jsonWriter.Flush();
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlyMemory<byte> payload)
    {
        var value = Payload.Read(payload);
        if (value is T wanted)
            return wanted;
        if (value is null)
            return default;
        try
        {
            return JsonSerializer.Deserialize<T>(JsonElements.ToJson(value), _json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new FormatException($"The payload cannot be read as {typeof(T)}: {exception.Message}", exception);
        }
    }
}
