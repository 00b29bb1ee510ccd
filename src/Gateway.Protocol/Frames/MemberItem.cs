using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A member of a room: <c>[user str, connections int, state str?, data any, since int]</c>.</summary>
public readonly ref struct MemberItem : IListItem<MemberItem>
{
    private const int FieldCount = 5;

    /// <summary>The user; <c>~</c> and a connection's id for an anonymous one.</summary>
    public ReadOnlySpan<byte> User { get; init; }

    /// <summary>How many of the user's connections are in the room.</summary>
    public int Connections { get; init; }

    /// <summary>What the user is doing (<c>active</c>, <c>viewing</c>, <c>typing</c>, …); empty for nil.</summary>
    public ReadOnlySpan<byte> State { get; init; }

    /// <summary>The state's data, one MessagePack value; empty is written as nil.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>When the user came, in milliseconds since 1970.</summary>
    public long Since { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped ref MessagePackReader reader, out MemberItem item)
    {
        item = default;
        if (!ItemFields.TryOpen(ref reader, out var fields)
            || !fields.TryText(out var user, 1, int.MaxValue)
            || !fields.TryInt(out var connections)
            || !fields.TryOptionalText(out var state, int.MaxValue)
            || !fields.TryAny(out var data)
            || !fields.TryLong(out var since))
        {
            return false;
        }

        item = new MemberItem { User = user, Connections = connections, State = state, Data = data, Since = since };
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(FieldCount);
        writer.WriteStringUtf8(User);
        writer.WriteInt(Connections);
        FieldWriter.Text(ref writer, State);
        FieldWriter.Raw(ref writer, Data);
        writer.WriteInt(Since);
    }
}
