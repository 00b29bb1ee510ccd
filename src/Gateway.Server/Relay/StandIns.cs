using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>
/// What this node has been told of rooms of other owners for which it stands by: a few numbers and the kept messages of each, from which a take-over starts warm. Bounded; a room that finds no
/// place is cold, as if nothing had been said.
/// </summary>
/// <remarks>
/// <para>Invariants. (1) An owner tells its stand-ins after each turn up to where it has given a room, unless they follow the room: then their own <see cref="Room"/> knows as much. So what is
/// noted here was given; what was given last may be missing. (2) What an owner says under an older lease than the newest one heard of, or than this node's own, is dropped. (3) What is noted is
/// given out once, to the room that opens here as the owner's: so under one lease a room never goes back to what it was.</para>
/// <para>Written by the wire's thread (what owners say) and by the lanes (a room opens, is followed or forgotten here; records age), under one lock: a lane takes it only then, never for a message.
/// Hot path: <see cref="TryTake"/>, which allocates nothing for a room that is known.</para>
/// </remarks>
internal sealed class StandIns(RoomKinds kinds, RelayOptions options, RelayMetrics metrics, TimeProvider time)
{
    // Far above what a hand-over takes from the last word to the next lease, and below the time after which a node that fell silent is replaced.
    private static readonly TimeSpan MaxLastWordAge = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StandInRoom>?[] _shards = new Dictionary<string, StandInRoom>?[RoomSet.ShardCount];
    private readonly KeptBudget _budget = new(options.MaxStandInBytes);
    private readonly long[] _ownedUnder = new long[RoomSet.ShardCount];
    private readonly long[] _ownedAt = new long[RoomSet.ShardCount];
    private readonly List<RoomMessage> _told = [];
    private int _count;

    /// <summary>This node owns the shard from now on: what earlier owners say is late.</summary>
    public void Own(int shard, long leaseEpoch)
    {
        lock (_lock)
            (_ownedUnder[shard], _ownedAt[shard]) = (leaseEpoch, time.GetTimestamp());
    }

    /// <summary>Takes what is behind the shard of <see cref="RelayItem.StandBy"/>. False: it cannot be read.</summary>
    public bool TryTake(int shard, ref MessagePackReader reader)
    {
        if (!reader.TryReadString(out var utf8) || utf8.Length > RoomNames.MaxLength || !reader.TryReadInt64(out var ownerEpoch) || !reader.TryReadInt64(out var epoch)
            || !reader.TryReadInt64(out var head) || head < 0 || !reader.TryReadInt32(out var flags) || !reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        lock (_lock)
        {
            // All is read before anything is believed.
            var isRead = TryReadTold(count, ref reader);
            if (isRead && ownerEpoch >= _ownedUnder[shard] && FindOrAdd(shard, utf8) is { } room && room.TryMove(ownerEpoch, epoch, head, (StandByFlags)flags, time.GetTimestamp()))
            {
                foreach (var message in _told)
                {
                    if (message.IsTransient)
                    {
                        message.Seal(0, 0);
                        room.Keep(message);
                    }
                }
            }

            foreach (var message in _told)
                message.Release();
            _told.Clear();
            return isRead;
        }
    }

    /// <summary>A room that followed is forgotten here: what it knew stands in the place of its owner's word, unless that has come already, which was said later.</summary>
    public void Note(int shard, string name, long ownerEpoch, HistoryHead place, IReadOnlyList<RoomMessage> kept)
    {
        lock (_lock)
        {
            if (FindOrAdd(shard, Encoding.Latin1.GetBytes(name)) is not { } room)
                return;
            if (room.OwnerEpoch == ownerEpoch && !room.IsWhole)
            {
                // A last word to one that had the rest.
                foreach (var message in kept)
                {
                    if (!room.Kept.Any(newer => newer.ConflationKey.SequenceEqual(message.ConflationKey)))
                        room.Keep(message);
                }
            }

            if (room.OwnerEpoch >= ownerEpoch
                || !room.TryMove(ownerEpoch, place.Epoch, place.Head, StandByFlags.Whole, time.GetTimestamp()))
            {
                return;
            }

            foreach (var message in kept)
                room.Keep(message);
        }
    }

    /// <summary>Takes what is behind the shard of <see cref="RelayItem.StandDown"/>. False: it cannot be read.</summary>
    public bool TryTakeDown(int shard, ref MessagePackReader reader)
    {
        if (!reader.TryReadString(out var utf8) || !reader.TryReadInt64(out var ownerEpoch))
            return false;
        var name = Encoding.Latin1.GetString(utf8);
        lock (_lock)
        {
            if (_shards[shard] is { } rooms && rooms.TryGetValue(name, out var room) && room.OwnerEpoch <= ownerEpoch)
                Remove(rooms, name, room);
        }

        return true;
    }

    /// <summary>Gives out what is known of a room. Null: nothing.</summary>
    /// <param name="previousLease">The shard's last lease before that of now: a last word under it is exact, when it came just before this node got its own. Longer ago there may have been another owner, whose lease a
    /// Redis has lost by failing over; that takes longer.</param>
    public Inherited? Inherit(int shard, string name, int number, long previousLease)
    {
        lock (_lock)
        {
            if (_shards[shard] is not { } rooms || !rooms.TryGetValue(name, out var room))
                return null;
            var kept = new List<RoomMessage>(room.Kept.Count);
            foreach (var message in room.Kept)
                kept.Add(message.WithNumber(number));
            Remove(rooms, name, room);
            return new Inherited(room.OwnerEpoch, room.Epoch, room.Head, room.IsLast && room.OwnerEpoch == previousLease && time.GetElapsedTime(room.HeardAt, _ownedAt[shard]) <= MaxLastWordAge, kept) { IsLater = room.IsWhole };
        }
    }

    /// <summary>The room itself knows better.</summary>
    public void Forget(int shard, string name)
    {
        lock (_lock)
        {
            if (_shards[shard] is { } rooms && rooms.TryGetValue(name, out var room))
                Remove(rooms, name, room);
        }
    }

    /// <summary>Forgets what has not been heard of for so long.</summary>
    public void Forget(int shard, TimeSpan silence)
    {
        lock (_lock)
        {
            if (_shards[shard] is not { } rooms)
                return;
            foreach (var (name, room) in rooms)
            {
                if (time.GetElapsedTime(room.HeardAt) >= silence)
                    Remove(rooms, name, room);
            }

            if (rooms.Count == 0)
                _shards[shard] = null;
        }
    }

    private bool TryReadTold(int count, ref MessagePackReader reader)
    {
        for (; count > 0; count--)
        {
            if (!reader.TryReadBinary(out var body) || RoomMessage.Parse(body) is not { } message)
                return false;
            _told.Add(message);
        }

        return true;
    }

    private StandInRoom? FindOrAdd(int shard, ReadOnlySpan<byte> utf8)
    {
        // Names are ASCII; one that is not is of no kind.
        Span<char> text = stackalloc char[RoomNames.MaxLength];
        text = text[..Encoding.Latin1.GetChars(utf8, text)];
        if (_shards[shard] is { } rooms && rooms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known))
            return known;
        if (_count >= options.MaxStandInRooms)
            return null;
        var name = text.ToString();
        if (kinds.Of(name) is not { } kind || RoomSet.ShardOf(name) != shard)
            return null;
        var room = new StandInRoom(kind, _budget);
        (_shards[shard] ??= new Dictionary<string, StandInRoom>(StringComparer.Ordinal)).Add(name, room);
        _count++;
        metrics.StandingBy(1);
        return room;
    }

    private void Remove(Dictionary<string, StandInRoom> rooms, string name, StandInRoom room)
    {
        rooms.Remove(name);
        room.Clear();
        _count--;
        metrics.StandingBy(-1);
    }
}
