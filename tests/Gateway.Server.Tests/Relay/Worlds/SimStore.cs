using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>What all nodes of a world have in common: the histories of rooms and the leases of shards, with the checks that the real store makes; and what it has ever said, for the oracle.</summary>
internal sealed class SimStore(SimEvents events, List<string> violations)
{
    private readonly Dictionary<int, (long Epoch, string Holder, long Until)> _leases = [];

    public Dictionary<string, StoredRoom> Rooms { get; } = new(StringComparer.Ordinal);

    /// <summary>All that was ever stored, by room and epoch, in order.</summary>
    public Dictionary<(string Room, long Epoch), List<string>> Given { get; } = [];

    public bool IsDown { get; set; }

    /// <summary>Messages were lost by intention: epochs may change, messages be gone.</summary>
    public bool HasLost { get; private set; }

    /// <summary>How often.</summary>
    public int LossCount { get; private set; }

    /// <summary>All that was stored has been given to somebody: it may be lost, but its offset must not come again under its epoch.</summary>
    public bool IsStrict { get; set; }

    public long? Acquire(int shard, string holder, long duration)
    {
        if (IsDown)
            return null;
        var lease = _leases.GetValueOrDefault(shard);
        if (lease.Until > events.Now)
            return null;
        _leases[shard] = (lease.Epoch + 1, holder, events.Now + duration);
        return lease.Epoch + 1;
    }

    /// <summary>Null: no answer.</summary>
    public bool? Renew(int shard, string holder, long epoch, long duration)
    {
        if (IsDown)
            return null;
        var lease = _leases.GetValueOrDefault(shard);
        if (lease.Epoch != epoch || lease.Holder != holder || lease.Until <= events.Now)
            return false;
        _leases[shard] = lease with { Until = events.Now + duration };
        return true;
    }

    public void Release(int shard, long epoch)
    {
        if (!IsDown && _leases.GetValueOrDefault(shard) is var lease && lease.Epoch == epoch)
            _leases[shard] = lease with { Until = 0 };
    }

    public HistoryHead Open(string name, long known, long head)
    {
        if (!Rooms.TryGetValue(name, out var room))
        {
            Rooms.Add(name, room = new StoredRoom { Epoch = Math.Max(events.Now + 1, known + 1) });
            Given[(name, room.Epoch)] = [];
            if (known != 0 && !HasLost)
                violations.Add($"{name} was opened as {known}/{head}, and the store never heard of it");
            return new HistoryHead(room.Epoch, 0);
        }

        if (room.Epoch != known || room.Head >= head)
            return new HistoryHead(room.Epoch, room.Head);
        if (!HasLost)
            violations.Add($"{name} begins a new epoch: {known}/{head} was given, the store has {room.Head}");
        room.Epoch = Math.Max(events.Now + 1, known + 1);
        Given[(name, room.Epoch)] = [.. room.Entries.Select(static entry => TextOf(entry.Body))];
        return new HistoryHead(room.Epoch, room.Head, Continues: true);
    }

    /// <summary>Fenced by the shard's lease. By entry: its offset, - the first one's for a duplicate, 0 when the room is not there. Null: fenced.</summary>
    public long[]? Append(int shard, long leaseEpoch, IReadOnlyList<(string Room, long Epoch, long Head, UInt128 Key, byte[] Body)> entries)
    {
        var lease = _leases.GetValueOrDefault(shard);
        if (lease.Epoch != leaseEpoch || lease.Until <= events.Now)
            return null;
        var isThere = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (name, epoch, head, _, _) in entries)
            isThere.TryAdd(name, Rooms.TryGetValue(name, out var at) && at.Epoch == epoch && at.Head == head);
        return [.. entries.Select(entry => isThere[entry.Room] ? Append(entry.Room, Rooms[entry.Room], entry.Key, entry.Body) : 0)];
    }

    public HistoryPage Read(string name, int number, long after, int maxCount)
    {
        if (!Rooms.TryGetValue(name, out var room))
            return new HistoryPage(0, 0, 1, []);
        var messages = new List<RoomMessage>();
        for (var offset = after + 1; offset <= room.Head && messages.Count < maxCount; offset++)
            messages.Add(RoomMessage.Restore(room.Entries[(int)offset - 1].Body, number, offset)!);
        return new HistoryPage(room.Epoch, room.Head, 1, messages);
    }

    /// <summary>As after a fail-over to a copy that lags.</summary>
    public void LoseNewest(string name, int count)
    {
        if (!Rooms.TryGetValue(name, out var room))
            return;
        HasLost = true;
        LossCount++;
        for (; count > 0 && room.Entries.Count > 0; count--)
        {
            room.Keys.Remove(room.Entries[^1].Key);
            room.Entries.RemoveAt(room.Entries.Count - 1);
        }
    }

    /// <summary>As after a restart of a store that keeps nothing on disk.</summary>
    public void LoseAll(string name)
    {
        HasLost |= Rooms.Remove(name);
        LossCount++;
    }

    public static string TextOf(ReadOnlySpan<byte> body)
    {
        var reader = new MessagePackReader(body);
        reader.TrySkip();
        return reader.TryReadString(out var text) ? Encoding.UTF8.GetString(text) : "";
    }

    private long Append(string name, StoredRoom room, UInt128 key, byte[] body)
    {
        if (key != default && room.Keys.TryGetValue(key, out var first))
            return -first;
        room.Entries.Add((body, key));
        if (key != default)
            room.Keys[key] = room.Head;
        var given = Given[(name, room.Epoch)];
        if (given.Count >= room.Head && HasLost && !IsStrict)
            given[(int)room.Head - 1] = TextOf(body);
        else if (given.Count >= room.Head)
            violations.Add($"{name} {room.Epoch}/{room.Head} was given to {given[(int)room.Head - 1]} and to {TextOf(body)}");
        else
            given.Add(TextOf(body));
        return room.Head;
    }
}
