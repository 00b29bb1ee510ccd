using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Api;

/// <summary>Writes what is known of a room as maps with names, for people and languages without the protocol's arrays.</summary>
internal static class RoomAnswers
{
    /// <summary>What the body of a history's entry holds, in order.</summary>
    private static readonly string[] EntryFields = ["event", "payload", "sender", "time"];

    /// <summary><c>{room, epoch, head, first, more, messages: [{offset, event, payload, sender, time}]}</c></summary>
    public static ReadOnlyMemory<byte> History(string room, long after, HistoryPage page)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        var last = page.Messages.Count > 0 ? page.Messages[^1].Offset : Math.Max(after, page.First - 1);
        writer.WriteMapHeader(6);
        writer.WriteStringUtf8("room"u8);
        writer.WriteString(room);
        WritePosition(ref writer, page);
        writer.WriteStringUtf8("more"u8);
        writer.WriteBoolean(last < page.Head);
        writer.WriteStringUtf8("messages"u8);
        writer.WriteArrayHeader(page.Messages.Count);
        foreach (var message in page.Messages)
        {
            writer.WriteMapHeader(5);
            writer.WriteStringUtf8("offset"u8);
            writer.WriteInt(message.Offset);
            WriteNamed(ref writer, message.EntryBody);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary><c>{room, count, complete, members: [{user, connections, state, data, since}]}</c></summary>
    /// <param name="roster">The frame <c>[17, id, number, count, members, complete]</c>.</param>
    public static ReadOnlyMemory<byte> Presence(string room, ReadOnlySpan<byte> roster)
    {
        var reader = new MessagePackReader(roster);
        var isRead = SkipToCount(ref reader) & reader.TryReadInt32(out var count) & reader.TryReadArrayHeader(out var members);
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        writer.WriteStringUtf8("room"u8);
        writer.WriteString(room);
        writer.WriteStringUtf8("count"u8);
        writer.WriteInt(count);
        writer.WriteStringUtf8("members"u8);
        writer.WriteArrayHeader(members);
        for (var i = 0; i < members; i++)
        {
            isRead &= reader.TryReadArrayHeader(out _) & reader.TrySkip(out var user) & reader.TrySkip(out var connections) & reader.TrySkip(out var state)
                & reader.TrySkip(out var data) & reader.TrySkip(out var since);
            writer.WriteMapHeader(5);
            writer.WriteStringUtf8("user"u8);
            writer.WriteRaw(user);
            writer.WriteStringUtf8("connections"u8);
            writer.WriteRaw(connections);
            writer.WriteStringUtf8("state"u8);
            writer.WriteRaw(state);
            writer.WriteStringUtf8("data"u8);
            writer.WriteRaw(data);
            writer.WriteStringUtf8("since"u8);
            writer.WriteRaw(since);
        }

        isRead &= reader.TryReadBoolean(out var complete);
        writer.WriteStringUtf8("complete"u8);
        writer.WriteBoolean(complete);
        writer.Flush();
        return isRead ? output.WrittenMemory : throw new InvalidOperationException("A roster that was just written cannot be read.");
    }

    /// <summary><c>{room, kind, durable, epoch, head, first, members}</c></summary>
    public static ReadOnlyMemory<byte> Room(string room, RoomKind kind, HistoryPage page, ReadOnlySpan<byte> roster)
    {
        var reader = new MessagePackReader(roster);
        var isRead = SkipToCount(ref reader) & reader.TryReadInt32(out var count);
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(7);
        writer.WriteStringUtf8("room"u8);
        writer.WriteString(room);
        writer.WriteStringUtf8("kind"u8);
        writer.WriteString(kind.Name);
        writer.WriteStringUtf8("durable"u8);
        writer.WriteBoolean(kind.IsDurable);
        WritePosition(ref writer, page);
        writer.WriteStringUtf8("members"u8);
        writer.WriteInt(count);
        writer.Flush();
        return isRead ? output.WrittenMemory : throw new InvalidOperationException("A roster that was just written cannot be read.");
    }

    private static bool SkipToCount(ref MessagePackReader reader) => reader.TryReadArrayHeader(out _) & reader.TrySkip() & reader.TrySkip() & reader.TrySkip();

    private static void WritePosition(ref MessagePackWriter writer, HistoryPage page)
    {
        writer.WriteStringUtf8("epoch"u8);
        writer.WriteInt(page.Epoch);
        writer.WriteStringUtf8("head"u8);
        writer.WriteInt(page.Head);
        writer.WriteStringUtf8("first"u8);
        writer.WriteInt(page.First);
    }

    private static void WriteNamed(ref MessagePackWriter writer, ReadOnlySpan<byte> values)
    {
        var reader = new MessagePackReader(values);
        foreach (var name in EntryFields)
        {
            if (!reader.TrySkip(out var value))
                throw new InvalidOperationException("A message of the history cannot be read.");
            writer.WriteString(name);
            writer.WriteRaw(value);
        }
    }
}
