using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>The rooms that connections of one lane are in. Belongs to that lane.</summary>
internal sealed class LocalRooms(Lane lane, RoomSet set, RoomsOptions options, WireEncoder encoder) : WheelEntry
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, LocalRoom> _rooms = new(StringComparer.Ordinal);
    private readonly List<Membership> _retrying = [];

    public Lane Lane { get; } = lane;

    public RoomsOptions Options { get; } = options;

    /// <summary>The lane's one turn, lent to the room that is being flushed.</summary>
    public RoomTurn Turn { get; } = new(encoder);

    /// <summary>Null: every member is asked.</summary>
    public IOutlets? Outlets { get; set; }

    public KeptBudget KeptBudget { get; } = new(options.MaxKeptBytes / set.LaneCount);

    public int Count => _rooms.Count;

    /// <summary>Messages handed to members, for metrics. Written by the lane.</summary>
    public long DeliveredCount { get; set; }

    public LocalRoom GetOrAdd(string name, RoomKind kind)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            room = new LocalRoom(this, name, kind);
            _rooms.Add(name, room);
        }

        return room;
    }

    public void Subscribe(LocalRoom room) => set.DirectoryOf(room.Name).Send(RoomDirectory.SubscribeCode, room);

    public void DropIfEmpty(LocalRoom room)
    {
        if (room.MemberCount > 0 || !_rooms.TryGetValue(room.Name, out var current) || !ReferenceEquals(current, room))
        {
            return;
        }

        _rooms.Remove(room.Name);
        room.Drop();
        set.DirectoryOf(room.Name).Send(RoomDirectory.UnsubscribeCode, room);
    }

    /// <summary>The history did not answer a member that is behind: asks again in a while.</summary>
    public void RetryLater(Membership membership)
    {
        _retrying.Add(membership);
        if (!IsScheduled)
        {
            Lane.ScheduleIn(this, RetryInterval);
        }
    }

    public override void OnDue()
    {
        var due = _retrying.ToArray();
        _retrying.Clear();
        foreach (var membership in due)
        {
            membership.Room.ReadOn(membership);
        }
    }
}
