using System.Text;
using System.Text.Json;
using Gateway.Protocol.MessagePack;

namespace Gateway.Benchmarks.MessagePack;

/// <summary>What is read and written in the codec's benchmarks: a room message of a usual size, as MessagePack and as JSON.</summary>
internal static class CursorMessage
{
    public const string Sender = "user-4711";
    public const double X = 812.25;

    public static byte[] MessagePack { get; } = CreateMessagePack();

    public static byte[] Json { get; } = CreateJson();

    public static void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(7);
        writer.WriteInt(11);
        writer.WriteInt(42);
        writer.WriteInt(123_456);
        writer.WriteStringUtf8("cursor"u8);
        writer.WriteMapHeader(4);
        writer.WriteStringUtf8("x"u8);
        writer.WriteDouble(X);
        writer.WriteStringUtf8("y"u8);
        writer.WriteInt(-77);
        writer.WriteStringUtf8("selected"u8);
        writer.WriteArrayHeader(3);
        writer.WriteInt(1);
        writer.WriteInt(2);
        writer.WriteInt(3);
        writer.WriteStringUtf8("label"u8);
        writer.WriteStringUtf8("Übersicht, Seite 3"u8);
        writer.WriteString(Sender);
        writer.WriteInt(1_767_323_045_123);
    }

    public static void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(11);
        writer.WriteNumberValue(42);
        writer.WriteNumberValue(123_456);
        writer.WriteStringValue("cursor"u8);
        writer.WriteStartObject();
        writer.WriteNumber("x"u8, X);
        writer.WriteNumber("y"u8, -77);
        writer.WriteStartArray("selected"u8);
        writer.WriteNumberValue(1);
        writer.WriteNumberValue(2);
        writer.WriteNumberValue(3);
        writer.WriteEndArray();
        writer.WriteString("label"u8, "Übersicht, Seite 3"u8);
        writer.WriteEndObject();
        writer.WriteStringValue(Sender);
        writer.WriteNumberValue(1_767_323_045_123);
        writer.WriteEndArray();
        writer.Flush();
    }

    /// <summary>Ends a benchmark whose two sides do not do the same work.</summary>
    public static void Require(bool isRight)
    {
        if (!isRight)
            throw new InvalidOperationException("The benchmark's result is wrong; its time would mean nothing.");
    }

    private static byte[] CreateMessagePack()
    {
        var buffer = new byte[512];
        var writer = new MessagePackWriter(buffer);
        Write(ref writer);
        return buffer[..(int)writer.Written];
    }

    private static byte[] CreateJson()
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream);
        Write(writer);
        Require(Encoding.UTF8.GetString(stream.ToArray()).StartsWith("[11,42,", StringComparison.Ordinal));
        return stream.ToArray();
    }
}
