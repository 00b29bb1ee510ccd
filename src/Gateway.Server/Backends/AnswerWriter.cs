using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends;

/// <summary>Writes the small answers of protocol/backends.md into a span.</summary>
internal static class AnswerWriter
{
    /// <summary>Holds every answer of this class, the longest sentence included.</summary>
    public const int MaxBytes = 512;

    private const int MaxSentenceBytes = 256;

    /// <summary><c>{"epoch":1,"offset":2,"duplicate":false}</c></summary>
    public static int WriteAck(Span<byte> destination, PayloadFormat format, PublishResult result)
    {
        var duplicate = result.Status == PublishStatus.Duplicate;
        if (format == PayloadFormat.Json)
        {
            // By hand: an interpolated string boxes its numbers until it is compiled for speed.
            var rest = destination;
            Append(ref rest, "{\"epoch\":"u8);
            Append(ref rest, result.Epoch);
            Append(ref rest, ",\"offset\":"u8);
            Append(ref rest, result.Offset);
            Append(ref rest, duplicate ? ",\"duplicate\":true}"u8 : ",\"duplicate\":false}"u8);
            return destination.Length - rest.Length;
        }

        var writer = new MessagePackWriter(destination);
        writer.WriteMapHeader(3);
        writer.WriteStringUtf8("epoch"u8);
        writer.WriteInt(result.Epoch);
        writer.WriteStringUtf8("offset"u8);
        writer.WriteInt(result.Offset);
        writer.WriteStringUtf8("duplicate"u8);
        writer.WriteBoolean(duplicate);
        return (int)writer.Written;
    }

    /// <summary><c>{"connections":2}</c></summary>
    public static int WriteConnections(Span<byte> destination, PayloadFormat format, int count)
    {
        if (format == PayloadFormat.Json)
        {
            Utf8.TryWrite(destination, CultureInfo.InvariantCulture, $"{{\"connections\":{count}}}", out var written);
            return written;
        }

        var writer = new MessagePackWriter(destination);
        writer.WriteMapHeader(1);
        writer.WriteStringUtf8("connections"u8);
        writer.WriteInt(count);
        return (int)writer.Written;
    }

    /// <summary><c>{"code":1007,"error":"invalid-room","message":"…","retry":false}</c></summary>
    /// <param name="sentence">Ours, in plain ASCII without quotes.</param>
    public static int WriteError(Span<byte> destination, PayloadFormat format, ErrorCode code, string sentence)
    {
        var text = sentence.AsSpan(0, Math.Min(sentence.Length, MaxSentenceBytes));
        if (format == PayloadFormat.Json)
        {
            Utf8.TryWrite(
                destination, CultureInfo.InvariantCulture, $"{{\"code\":{(int)code},\"error\":\"{code.Name()}\",\"message\":\"{text}\",\"retry\":{(code.IsRetryable() ? "true" : "false")}}}", out var written);
            return written;
        }

        var writer = new MessagePackWriter(destination);
        writer.WriteMapHeader(4);
        writer.WriteStringUtf8("code"u8);
        writer.WriteInt((int)code);
        writer.WriteStringUtf8("error"u8);
        writer.WriteString(code.Name());
        writer.WriteStringUtf8("message"u8);
        writer.WriteString(text);
        writer.WriteStringUtf8("retry"u8);
        writer.WriteBoolean(code.IsRetryable());
        return (int)writer.Written;
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }

    private static void Append(ref Span<byte> rest, long number)
    {
        Utf8Formatter.TryFormat(number, rest, out var written);
        rest = rest[written..];
    }
}
