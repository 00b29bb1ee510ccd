using System.Runtime.InteropServices;

namespace Gateway.Server.Rooms;

/// <summary>
/// What goes to the history in one call: all that arrived for the rooms of a shard while the last call was under way, in order.
/// Reused; owned by the shard's <see cref="HistoryWriter"/>, lent to the history for the call.
/// </summary>
internal sealed class AppendGroup
{
    private readonly List<AppendEntry> _entries = [];

    /// <summary>The shard of all its rooms.</summary>
    public int Shard { get; init; }

    /// <summary>The epoch under which this node owns the shard, which the history checks; 0: there are no leases.</summary>
    public long LeaseEpoch { get; set; }

    /// <summary>Set by the history: another node owns the shard by now, and nothing was written.</summary>
    public bool IsFenced { get; set; }

    public int Count => _entries.Count;

    /// <summary>In the order of arrival. The history fills in each entry's outcome.</summary>
    public Span<AppendEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    public void Add(Room room, Publication publication) =>
        _entries.Add(new AppendEntry { Room = room, Publication = publication, Status = AppendStatus.Unavailable });

    /// <summary>Takes out the messages of rooms that do not know where they stand.</summary>
    public void TakeDoubtful(List<AppendEntry> doubtful)
    {
        foreach (ref var entry in Entries)
        {
            if (!entry.Room.IsOpen)
            {
                doubtful.Add(entry);
            }
        }

        if (doubtful.Count > 0)
        {
            _entries.RemoveAll(static entry => !entry.Room.IsOpen);
        }
    }

    public void Clear()
    {
        _entries.Clear();
        IsFenced = false;
    }
}
