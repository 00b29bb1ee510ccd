using System.Buffers.Text;

namespace Gateway.Nats.Protocol;

/// <summary>Writes what a client sends into spans that are large enough. No state, no I/O, no allocation.</summary>
internal static class ProtocolWriter
{
    /// <summary>The servers' own limit of a line's arguments, by default (<c>max_control_line</c>). A longer one ends the connection.</summary>
    public const int MaxControlLineBytes = 4096;

    /// <summary>SUB, two numbers and the spaces between them, beside the names.</summary>
    public const int MaxSubscribeOverheadBytes = 32;

    /// <summary>UNSUB and two numbers of at most 19 digits.</summary>
    public const int MaxUnsubscribeBytes = 48;

    public static ReadOnlySpan<byte> Ping => "PING\r\n"u8;

    public static ReadOnlySpan<byte> Pong => "PONG\r\n"u8;

    /// <summary>The exact size of what <see cref="WritePublish"/> writes.</summary>
    public static int PublishLength(int subject, int replyTo, int headers, int payload)
    {
        var arguments = subject + 1 + (replyTo == 0 ? 0 : replyTo + 1);
        return headers == 0
            ? 4 + arguments + Digits(payload) + 2 + payload + 2
            : 5 + arguments + Digits(headers) + 1 + Digits(headers + payload) + 2 + headers + payload + 2;
    }

    /// <summary>
    /// <c>PUB subject [reply-to] #bytes CRLF payload CRLF</c>, or with headers
    /// <c>HPUB subject [reply-to] #header #total CRLF header payload CRLF</c>.
    /// </summary>
    public static int WritePublish(
        Span<byte> destination, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        var position = Append(destination, 0, headers.IsEmpty ? "PUB "u8 : "HPUB "u8);
        position = Append(destination, position, subject);
        destination[position++] = (byte)' ';
        if (!replyTo.IsEmpty)
        {
            position = Append(destination, position, replyTo);
            destination[position++] = (byte)' ';
        }

        if (!headers.IsEmpty)
        {
            position = AppendNumber(destination, position, headers.Length);
            destination[position++] = (byte)' ';
        }

        position = AppendNumber(destination, position, headers.Length + payload.Length);
        position = Append(destination, position, "\r\n"u8);
        position = Append(destination, position, headers);
        position = Append(destination, position, payload);
        return Append(destination, position, "\r\n"u8);
    }

    /// <summary><c>SUB subject [queue] sid CRLF</c></summary>
    public static int WriteSubscribe(Span<byte> destination, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> queueGroup, long subscriptionId)
    {
        var position = Append(destination, 0, "SUB "u8);
        position = Append(destination, position, subject);
        destination[position++] = (byte)' ';
        if (!queueGroup.IsEmpty)
        {
            position = Append(destination, position, queueGroup);
            destination[position++] = (byte)' ';
        }

        position = AppendNumber(destination, position, subscriptionId);
        return Append(destination, position, "\r\n"u8);
    }

    /// <summary><c>UNSUB sid [max] CRLF</c>; max is after how many messages of this connection the subscription ends, 0 for at once.</summary>
    public static int WriteUnsubscribe(Span<byte> destination, long subscriptionId, long maxMessages)
    {
        var position = Append(destination, 0, "UNSUB "u8);
        position = AppendNumber(destination, position, subscriptionId);
        if (maxMessages > 0)
        {
            destination[position++] = (byte)' ';
            position = AppendNumber(destination, position, maxMessages);
        }

        return Append(destination, position, "\r\n"u8);
    }

    private static int Append(Span<byte> destination, int position, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination[position..]);
        return position + bytes.Length;
    }

    private static int AppendNumber(Span<byte> destination, int position, long value)
    {
        Utf8Formatter.TryFormat(value, destination[position..], out var written);
        return position + written;
    }

    private static int Digits(int value)
    {
        var digits = 1;
        while (value >= 10)
        {
            value /= 10;
            digits++;
        }

        return digits;
    }
}
