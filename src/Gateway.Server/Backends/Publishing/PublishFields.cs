using System.Text;
using System.Text.Unicode;
using Gateway.Nats;
using Gateway.Protocol.Frames;

namespace Gateway.Server.Backends.Publishing;

/// <summary>What a backend says about a message beside its payload: the headers of protocol/backends.md, in UTF-8. Spans of the transport's buffers.</summary>
internal readonly ref struct PublishFields
{
    public const string EventHeader = "Gateway-Event";
    public const string SenderHeader = "Gateway-Sender";
    public const string ConflationKeyHeader = "Gateway-Conflation-Key";

    public PublishFields()
    {
    }

    public ReadOnlySpan<byte> Event { get; init; } = "message"u8;

    /// <summary>Shown to members; empty: none.</summary>
    public ReadOnlySpan<byte> Sender { get; init; }

    public ReadOnlySpan<byte> IdempotencyKey { get; init; }

    public ReadOnlySpan<byte> ConflationKey { get; init; }

    public ReadOnlySpan<byte> ContentType { get; init; }

    public ReadOnlySpan<byte> Accept { get; init; }

    /// <summary>From the headers of a NATS message. Names are taken in any case, as tools write them differently; the last of a name counts.</summary>
    public static PublishFields Read(ReadOnlySpan<byte> headers)
    {
        var name = "message"u8;
        ReadOnlySpan<byte> sender = default, idempotencyKey = default, conflationKey = default, contentType = default, accept = default;
        var reader = new NatsHeaderReader(headers);
        while (reader.Read())
        {
            if (Ascii.EqualsIgnoreCase(reader.Name, "Gateway-Event"u8))
                name = reader.Value;
            else if (Ascii.EqualsIgnoreCase(reader.Name, "Nats-Msg-Id"u8))
                idempotencyKey = reader.Value;
            else if (Ascii.EqualsIgnoreCase(reader.Name, "Content-Type"u8))
                contentType = reader.Value;
            else if (Ascii.EqualsIgnoreCase(reader.Name, "Gateway-Sender"u8))
                sender = reader.Value;
            else if (Ascii.EqualsIgnoreCase(reader.Name, "Gateway-Conflation-Key"u8))
                conflationKey = reader.Value;
            else if (Ascii.EqualsIgnoreCase(reader.Name, "Accept"u8))
                accept = reader.Value;
        }

        return new PublishFields
        {
            Event = name,
            Sender = sender,
            IdempotencyKey = idempotencyKey,
            ConflationKey = conflationKey,
            ContentType = contentType,
            Accept = accept,
        };
    }

    /// <summary>Null when every field is within its limits, else a sentence about the first that is not.</summary>
    public string? Check()
    {
        if (Event.Length > FrameLimits.MaxEventBytes || !Utf8.IsValid(Event))
            return "The event has at most 128 bytes of UTF-8.";
        if (Sender.Length > FrameLimits.MaxNameBytes || !Utf8.IsValid(Sender))
            return "The sender has at most 128 bytes of UTF-8.";
        if (IdempotencyKey.Length > FrameLimits.MaxKeyBytes || !Utf8.IsValid(IdempotencyKey))
            return "The idempotency key has at most 128 bytes of UTF-8.";
        return ConflationKey.Length > FrameLimits.MaxKeyBytes || !Utf8.IsValid(ConflationKey) ? "The conflation key has at most 128 bytes of UTF-8." : null;
    }

    /// <summary>The format of the payload, and of the answer: what is accepted, else as the payload.</summary>
    public bool TryFormats(out PayloadFormat payload, out PayloadFormat answer)
    {
        var isKnown = ContentTypes.TryParse(ContentType, out payload);
        if (!isKnown)
            payload = PayloadFormat.Json;
        if (Accept.IsEmpty || !ContentTypes.TryParse(Accept, out answer))
            answer = payload;
        return isKnown;
    }
}
