using System.Buffers;
using Gateway.Client.Payloads;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client;

/// <summary>Payloads by hand: one MessagePack value from simple values and back.</summary>
public static class Payload
{
    /// <summary>The value nil: an event that needs no payload.</summary>
    public static ReadOnlyMemory<byte> Nil { get; } = new[] { MessagePackCode.Nil };

    /// <summary>
    /// A payload from null, booleans, numbers, strings, <c>byte[]</c>, <see cref="DateTimeOffset"/>, <see cref="DateTime"/>, <see cref="Guid"/> and enums (as
    /// strings), and dictionaries and sequences of these.
    /// </summary>
    /// <exception cref="ArgumentException">There is something else inside, or it is nested deeper than 64.</exception>
    public static ReadOnlyMemory<byte> From(object? value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        if (!ValueWriter.TryWrite(ref writer, value, depth: 0, out var obstacle))
            throw new ArgumentException($"A payload cannot hold {obstacle}.", nameof(value));
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>
    /// The value of a payload: null, <see cref="bool"/>, <see cref="long"/> (<see cref="ulong"/> beyond its range), <see cref="double"/>, <see cref="string"/>,
    /// <c>byte[]</c>, <see cref="DateTimeOffset"/>, <c>List&lt;object?&gt;</c>, <c>Dictionary&lt;object, object?&gt;</c> with string keys as a rule, or
    /// <see cref="PayloadExtension"/>.
    /// </summary>
    /// <exception cref="FormatException">The payload is not exactly one MessagePack value.</exception>
    public static object? Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new MessagePackReader(payload.Span);
        if (!ValueReader.TryRead(ref reader, out var value) || !reader.IsAtEnd)
            throw new FormatException("The payload is not exactly one MessagePack value.");
        return value;
    }

    internal static void ThrowIfNotOneValue(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        if (!reader.TrySkip() || !reader.IsAtEnd)
            throw new ArgumentException("A payload is exactly one MessagePack value; these bytes are not.", nameof(payload));
    }
}
