using System.Text;

namespace Gateway.Nats;

/// <summary>A message of its own, to keep.</summary>
public sealed class NatsReceivedMessage
{
    private NatsReceivedMessage(string subject, string? replyTo, NatsHeaders? headers, int status, byte[] payload)
    {
        Subject = subject;
        ReplyTo = replyTo;
        Headers = headers;
        Status = status;
        Payload = payload;
    }

    /// <summary>Where it was published.</summary>
    public string Subject { get; }

    /// <summary>Where an answer is awaited; null when none is.</summary>
    public string? ReplyTo { get; }

    /// <summary>Null when there are none.</summary>
    public NatsHeaders? Headers { get; }

    /// <summary>Of a message by the server itself its status, such as 503; otherwise 0.</summary>
    public int Status { get; }

    /// <summary>What was published.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    internal static NatsReceivedMessage From(in NatsMessage message) => new(
        Encoding.UTF8.GetString(message.Subject),
        message.ReplyTo.IsEmpty ? null : Encoding.UTF8.GetString(message.ReplyTo),
        message.Headers.IsEmpty ? null : NatsHeaders.Decode(message.Headers),
        NatsHeaderReader.StatusOf(message.Headers),
        message.Payload.ToArray());
}
