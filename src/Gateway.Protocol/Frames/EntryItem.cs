using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A message of a room's history: <c>[offset int, event str, payload any, sender str?, time int]</c>.</summary>
public readonly ref struct EntryItem : IListItem<EntryItem>
{
    private const int FieldCount = 5;

    /// <summary>The message's offset in its room.</summary>
    public long Offset { get; init; }

    /// <summary>The name of the event; may be empty.</summary>
    public ReadOnlySpan<byte> Event { get; init; }

    /// <summary>The payload, one MessagePack value; empty is written as nil.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The user who published it; empty for nil.</summary>
    public ReadOnlySpan<byte> Sender { get; init; }

    /// <summary>When the room took it, in milliseconds since 1970.</summary>
    public long Time { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped ref MessagePackReader reader, out EntryItem item)
    {
        item = default;
        if (!ItemFields.TryOpen(ref reader, out var fields)
            || !fields.TryLong(out var offset)
            || !fields.TryText(out var name, 0, int.MaxValue)
            || !fields.TryPayload(out var payload)
            || !fields.TryOptionalText(out var sender, int.MaxValue)
            || !fields.TryLong(out var time))
        {
            return false;
        }

        item = new EntryItem { Offset = offset, Event = name, Payload = payload, Sender = sender, Time = time };
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(FieldCount);
        writer.WriteInt(Offset);
        writer.WriteStringUtf8(Event);
        FieldWriter.Raw(ref writer, Payload);
        FieldWriter.Text(ref writer, Sender);
        writer.WriteInt(Time);
    }
}
