using System.Buffers.Binary;
using Gateway.Server.Rooms;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>One run of Scripts/append.lua: a slice of an <see cref="AppendGroup"/> with the rooms it concerns. Used by one thread at a time.</summary>
internal sealed class AppendCall
{
    private const int ValuesPerRoom = 7;
    private const int ValuesPerEntry = 4;
    private const int FixedValues = 4;
    private const int FixedKeys = 2;
    private const int KeyBytes = 16;

    private AppendCall(int start, int count, int bytes)
    {
        Start = start;
        Count = count;
        SizeBytes = bytes;
    }

    /// <summary>Where in the group the slice begins.</summary>
    public int Start { get; }

    public int Count { get; }

    public int SizeBytes { get; }

    public RedisKey[] Keys { get; private set; } = [];

    public RedisValue[] Values { get; private set; } = [];

    /// <summary>The slice of a group from an entry on, up to the bounds of a call; at least one entry.</summary>
    /// <param name="heads">Where each room stands that an earlier slice of the group has moved on.</param>
    public static AppendCall Create(AppendGroup group, int start, string id, RedisKeys names, RedisOptions options, RoomsOptions rooms, Dictionary<Room, long> heads, long now)
    {
        var entries = group.Entries;
        var slots = new Dictionary<Room, int>();
        var (end, bytes) = (start, 0);
        while (end < entries.Length && end - start < options.MaxAppendCount && (bytes < options.MaxAppendBytes || end == start))
        {
            slots.TryAdd(entries[end].Room, slots.Count);
            bytes += entries[end].Publication.Message.EntryBody.Length;
            end++;
        }

        var call = new AppendCall(start, end - start, bytes);
        call.FillRooms(group, id, names, rooms, slots, heads, now);
        var at = FixedValues + (slots.Count * ValuesPerRoom);
        foreach (ref var entry in entries[start..end])
        {
            var message = entry.Publication.Message;
            call.Values[at] = slots[entry.Room] + 1;
            call.Values[at + 1] = KeyOf(entry.Publication.IdempotencyKey);
            call.Values[at + 2] = message.Time;
            call.Values[at + 3] = message.EntryBody.ToArray();
            at += ValuesPerEntry;
        }

        return call;
    }

    private void FillRooms(AppendGroup group, string id, RedisKeys names, RoomsOptions rooms, Dictionary<Room, int> slots, Dictionary<Room, long> heads, long now)
    {
        Keys = new RedisKey[FixedKeys + (slots.Count * RedisKeys.KeysPerRoom)];
        Keys[0] = names.Lease(group.Shard);
        Keys[1] = names.Group(group.Shard);
        Values = new RedisValue[FixedValues + (slots.Count * ValuesPerRoom) + (Count * ValuesPerEntry)];
        Values[0] = id;
        Values[1] = group.LeaseEpoch;
        Values[2] = now;
        Values[3] = slots.Count;
        foreach (var (room, slot) in slots)
        {
            var kind = room.Kind.Options;
            names.OfRoom(group.Shard, room.Name, Keys.AsSpan(FixedKeys + (slot * RedisKeys.KeysPerRoom), RedisKeys.KeysPerRoom));
            var values = Values.AsSpan(FixedValues + (slot * ValuesPerRoom), ValuesPerRoom);
            values[0] = room.Epoch;
            values[1] = heads.TryGetValue(room, out var moved) ? moved : room.Head;
            values[2] = kind.MaxHistoryCount;
            values[3] = kind.MaxHistoryBytes;
            values[4] = (long)kind.MaxHistoryAge.TotalMilliseconds;
            values[5] = (long)kind.IdempotencyWindow.TotalMilliseconds;
            values[6] = rooms.MaxIdempotencyKeys;
        }
    }

    private static RedisValue KeyOf(UInt128 key)
    {
        if (key == default)
        {
            return "";
        }

        var bytes = new byte[KeyBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return bytes;
    }
}
