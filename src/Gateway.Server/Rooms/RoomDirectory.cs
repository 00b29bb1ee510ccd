using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>The rooms whose home is one lane, by name. Belongs to that lane; <see cref="Send"/> from any.</summary>
internal sealed class RoomDirectory(Lane lane, RoomSet set, RoomsOptions options, IHistory history, IRelay relay) : ILaneWork
{
    public const int PublishCode = 1;
    public const int SubscribeCode = 2;
    public const int UnsubscribeCode = 3;
    public const int ReadCode = 4;
    public const int RosterCode = 5;

    private const int EpochsPerLease = 4096;

    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HistoryWriter> _writers = [];
    private readonly WriteSlots _slots = new(lane, options.MaxConcurrentWrites);
    private readonly Dictionary<int, long> _lastEpochs = [];
    private long _lastEpoch;

    public Lane Lane { get; } = lane;

    public RoomsOptions Options { get; } = options;

    public IHistory History { get; } = history;

    public IRelay Relay { get; } = relay;

    public KeptBudget KeptBudget { get; } = new(options.MaxKeptBytes / set.LaneCount);

    public int Count => _rooms.Count;

    /// <summary>Has the lane do something here: at once when called on it, else as a command that is never refused.</summary>
    public void Send(int code, object argument)
    {
        if (ReferenceEquals(LaneThread.Current, Lane))
        {
            Execute(code, argument, 0);
        }
        else
        {
            Lane.Post(this, code, argument);
        }
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case PublishCode:
                Publish((Publication)argument!);
                break;
            case SubscribeCode:
                var subscriber = (LocalRoom)argument!;
                if (TryGetOrAdd(subscriber.Name, subscriber.Kind) is { } joined)
                {
                    joined.Subscribe(subscriber);
                }
                else
                {
                    subscriber.SendRefused(JoinFailure.TooManyRooms);
                }

                break;
            case UnsubscribeCode:
                var leaver = (LocalRoom)argument!;
                if (_rooms.TryGetValue(leaver.Name, out var left))
                {
                    left.Unsubscribe(leaver);
                }

                break;
            case ReadCode:
                var read = (NamedRead)argument!;
                if (TryGetOrAdd(read.Room, read.Kind) is { } source)
                {
                    source.Read(read.Read);
                }
                else
                {
                    read.Read.Reader.OnHistoryRead(read.Read);
                }

                break;
            case RosterCode:
                var query = (RosterQuery)argument!;
                if (_rooms.TryGetValue(query.Room, out var asked))
                {
                    asked.Answer(query);
                }
                else
                {
                    // Asking who is there makes no room.
                    Relay.Ask(query);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, "The directory knows no such command.");
        }
    }

    public void Publish(Publication publication)
    {
        var name = publication.RoomName!;
        if (TryGetOrAdd(name, set.Kinds.Of(name)!) is { } room)
        {
            room.Publish(publication);
        }
        else
        {
            publication.Complete(PublishStatus.Overloaded, 0, 0);
        }
    }

    /// <summary>The room, made when there was none. Null: the lane has its share of the rooms that the node may have.</summary>
    public Room? GetOrAdd(string name) => set.Kinds.Of(name) is { } kind ? TryGetOrAdd(name, kind) : null;

    /// <summary>The room if it is in use.</summary>
    public Room? Find(string name) => _rooms.GetValueOrDefault(name);

    /// <summary>Whether anything of the shard is on its way to the history.</summary>
    public bool IsWriting(int shard) => _writers.TryGetValue(shard, out var writer) && writer.IsBusy;

    /// <summary>The one that writes for the room's shard.</summary>
    public HistoryWriter WriterOf(Room room)
    {
        var shard = RoomSet.ShardOf(room.Name);
        if (!_writers.TryGetValue(shard, out var writer))
        {
            writer = new HistoryWriter(Lane, History, Relay, _slots, shard);
            _writers.Add(shard, writer);
        }

        return writer;
    }

    /// <summary>
    /// An epoch for a room without a history that it has not had before, on this node or another. Under a lease: its epoch, which is granted once, and a count behind it (below 2^53, so that JavaScript
    /// has it exactly). Alone: the time, or one more than the last, should the clock have been set back.
    /// </summary>
    public long NewEpoch(Room room)
    {
        var shard = RoomSet.ShardOf(room.Name);
        var lease = Relay.EpochOf(shard);
        if (lease <= 0)
        {
            return _lastEpoch = Math.Max(_lastEpoch + 1, Lane.UnixNow);
        }

        // They only grow, and none comes twice: nodes that follow drop what is of a smaller one. The next lease is granted a millisecond later or more, in which no shard opens so many rooms.
        var last = Math.Max(_lastEpochs.GetValueOrDefault(shard), room.Epoch);
        return _lastEpochs[shard] = Math.Max(lease * EpochsPerLease, last) + 1;
    }

    public void Forget(Room room)
    {
        _rooms.Remove(room.Name);
        if (room.Kind.IsDurable)
        {
            History.Close(room);
        }
    }

    // Null: the lane has its share of the rooms that the node may have.
    private Room? TryGetOrAdd(string name, RoomKind kind)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            if (_rooms.Count >= Math.Max(1, Options.MaxRooms / set.LaneCount))
            {
                return null;
            }

            room = new Room(this, name, kind, set.NextNumber());
            _rooms.Add(name, room);
            // Who follows asks the owner only for somebody: to forward, a node need not know where the room stands.
            if (room.Role == RoomRole.Owner)
            {
                room.Open();
            }
        }

        return room;
    }
}
