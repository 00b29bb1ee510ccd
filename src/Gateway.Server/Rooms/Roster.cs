using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// Who is in a room: users with the number of their connections, with a grace for those who dropped, and the changes gathered for the next notice. With the room's owner it has the users of all
/// nodes, elsewhere those of this node, whose changes are told to the owner. Belongs to the room's home lane.
/// </summary>
/// <remarks>
/// Invariant: what was told, plus the gathered changes, is what the roster says now. A user who comes and goes within one interval is never told. A user is listed as long as it is connected here,
/// or its grace runs here, or another node's share has it.
/// </remarks>
internal sealed partial class Roster(Lane lane, RoomsOptions options, Action<Roster> announce) : WheelEntry
{
    private readonly Dictionary<string, RosterEntry> _entries = new(StringComparer.Ordinal);
    // Each is found at once: tens of thousands come and go within one interval when a node dies.
    private readonly HashSet<RosterEntry> _joined = [];
    private readonly HashSet<RosterEntry> _updated = [];
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private readonly LinkedList<RosterEntry> _inGrace = [];

    public int Count => _entries.Count;

    /// <summary>A change of a user's connections is told, too: the owner needs them, members do not.</summary>
    public bool TellsConnections { get; set; }

    public bool HasChanges => _joined.Count + _updated.Count + _left.Count > 0;

    public void Enter(string user)
    {
        var entry = GetOrAdd(user, lane.UnixNow);
        entry.ConnectionCount++;
        EndGrace(entry);
        TellConnections(entry);
    }

    /// <param name="dropped">True when the connection broke: the user may be back in a moment.</param>
    public void Leave(string user, bool dropped)
    {
        if (!_entries.TryGetValue(user, out var entry) || entry.ConnectionCount == 0)
        {
            return;
        }

        entry.ConnectionCount--;
        TellConnections(entry);
        if (entry.ConnectionCount == 0)
        {
            RemoveUnlessElsewhere(entry, dropped);
        }
    }

    /// <summary>Another node says that it has the user.</summary>
    /// <param name="share">What that node has said so far.</param>
    /// <param name="told">With the connections there.</param>
    public void Take(RosterShare share, RosterEntry told)
    {
        var entry = GetOrAdd(told.User, told.Since);
        if (share.Users.TryGetValue(told.User, out var before))
        {
            entry.OtherConnectionCount -= before;
        }
        else
        {
            entry.OtherNodeCount++;
        }

        entry.OtherConnectionCount += told.ConnectionCount;
        share.Users[told.User] = told.ConnectionCount;
        EndGrace(entry);
        if (told.State is not null && (told.State != entry.State || !told.Data.AsSpan().SequenceEqual(entry.Data)))
        {
            (entry.State, entry.Data) = (told.State, told.Data);
            MarkChanged(entry);
            Arm();
        }
    }

    /// <summary>Another node has the user no more.</summary>
    /// <param name="dropped">The node is gone, and the user may come back to another.</param>
    public void GiveBack(RosterShare share, string user, bool dropped)
    {
        if (!share.Users.Remove(user, out var before))
        {
            return;
        }

        var entry = _entries[user];
        entry.OtherNodeCount--;
        entry.OtherConnectionCount -= before;
        if (entry.ConnectionCount == 0 && !entry.IsInGrace)
        {
            RemoveUnlessElsewhere(entry, dropped);
        }
    }

    /// <summary>This node owns the room no more: it keeps the users of its own, all of which the next owner will be told.</summary>
    public void ForgetOthers()
    {
        foreach (var entry in _entries.Values.ToArray())
        {
            entry.OtherNodeCount = entry.OtherConnectionCount = 0;
            entry.IsAnnounced = true;
            entry.IsChanged = false;
            if (entry.ConnectionCount == 0 && !entry.IsInGrace)
            {
                _entries.Remove(entry.User);
            }
        }

        _joined.Clear();
        _updated.Clear();
        _left.Clear();
    }

    public void Change(StateChange change)
    {
        if (_entries.TryGetValue(change.User, out var entry))
        {
            entry.State = change.State;
            entry.Data = change.Data;
            MarkChanged(entry);
            Arm();
        }
    }

    public override void OnDue()
    {
        // In the order of dropping, and all have the same grace: the first that is not due ends the search.
        while (_inGrace.First is { Value: var entry } && entry.GraceEnds <= lane.Now)
        {
            EndGrace(entry);
            if (entry.OtherNodeCount == 0)
            {
                Remove(entry);
            }
        }

        if (HasChanges)
        {
            announce(this);
            foreach (var entry in _joined)
            {
                entry.IsAnnounced = true;
            }

            foreach (var entry in _updated)
            {
                entry.IsChanged = false;
            }

            _joined.Clear();
            _updated.Clear();
            _left.Clear();
        }

        Arm();
    }

    /// <summary>Writes <c>[18, number, count, joined, left, updated]</c>.</summary>
    public void WriteChanges(IBufferWriter<byte> output, int number)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(6);
        writer.WriteInt(18);
        writer.WriteInt(number);
        writer.WriteInt(_entries.Count);
        WriteEntries(ref writer, _joined);
        writer.WriteArrayHeader(_left.Count);
        foreach (var user in _left)
        {
            writer.WriteString(user);
        }

        WriteEntries(ref writer, _updated);
        writer.Flush();
    }

    /// <summary>Writes <c>[17, id, number, count, members, complete]</c>.</summary>
    public void WriteRoster(IBufferWriter<byte> output, int id, int number, IReadOnlyList<string>? users)
    {
        var shown = new List<RosterEntry>(Math.Min(_entries.Count, options.MaxRosterCount));
        foreach (var entry in _entries.Values)
        {
            if (shown.Count == options.MaxRosterCount)
            {
                break;
            }

            shown.Add(entry);
        }

        var complete = shown.Count == _entries.Count;
        if (!complete && users is not null)
        {
            foreach (var user in users)
            {
                if (_entries.TryGetValue(user, out var entry) && !shown.Contains(entry))
                {
                    shown.Add(entry);
                }
            }
        }

        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(6);
        writer.WriteInt(17);
        writer.WriteInt(id);
        writer.WriteInt(number);
        writer.WriteInt(_entries.Count);
        WriteEntries(ref writer, shown);
        writer.WriteBoolean(complete);
        writer.Flush();
    }

    /// <summary>The roster of a room in which nobody is.</summary>
    public static byte[] EmptyFrame(int id)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(6);
        writer.WriteInt(17);
        writer.WriteInt(id);
        writer.WriteInt(0);
        writer.WriteInt(0);
        writer.WriteArrayHeader(0);
        writer.WriteBoolean(true);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteEntries(ref MessagePackWriter writer, IReadOnlyCollection<RosterEntry> entries)
    {
        writer.WriteArrayHeader(entries.Count);
        foreach (var entry in entries)
        {
            writer.WriteArrayHeader(5);
            writer.WriteString(entry.User);
            writer.WriteInt(entry.ConnectionCount + entry.OtherConnectionCount);
            if (entry.State is null)
            {
                writer.WriteNil();
            }
            else
            {
                writer.WriteString(entry.State);
            }

            if (entry.Data is null)
            {
                writer.WriteNil();
            }
            else
            {
                writer.WriteRaw(entry.Data);
            }

            writer.WriteInt(entry.Since);
        }
    }

    private RosterEntry GetOrAdd(string user, long since)
    {
        if (_entries.TryGetValue(user, out var entry))
        {
            return entry;
        }

        entry = new RosterEntry(user, since);
        _entries.Add(user, entry);

        // Gone and back within one interval: to the members it never left.
        if (_left.Remove(user))
        {
            entry.IsAnnounced = true;
            MarkChanged(entry);
        }
        else
        {
            _joined.Add(entry);
        }

        Arm();
        return entry;
    }

    private void TellConnections(RosterEntry entry)
    {
        if (TellsConnections)
        {
            MarkChanged(entry);
            Arm();
        }
    }

    private void EndGrace(RosterEntry entry)
    {
        if (entry.Grace is { } grace)
        {
            entry.Grace = null;
            _inGrace.Remove(grace);
        }
    }

    private void RemoveUnlessElsewhere(RosterEntry entry, bool dropped)
    {
        if (dropped && options.PresenceGrace > TimeSpan.Zero)
        {
            entry.GraceEnds = lane.Now + (long)options.PresenceGrace.TotalMilliseconds;
            entry.Grace = _inGrace.AddLast(entry);
        }
        else if (entry.OtherNodeCount == 0)
        {
            Remove(entry);
        }

        Arm();
    }

    private void MarkChanged(RosterEntry entry)
    {
        if (entry.IsAnnounced && !entry.IsChanged)
        {
            entry.IsChanged = true;
            _updated.Add(entry);
        }
    }

    private void Remove(RosterEntry entry)
    {
        _entries.Remove(entry.User);
        if (entry.IsChanged)
        {
            _updated.Remove(entry);
        }

        if (entry.IsAnnounced)
        {
            _left.Add(entry.User);
        }
        else
        {
            _joined.Remove(entry);
        }
    }

    private void Arm()
    {
        if (HasChanges)
        {
            // Only ever earlier: a deadline that each change moved on would never come.
            var due = lane.Now + (long)options.PresenceInterval.TotalMilliseconds;
            if (!IsScheduled || due / TimingWheel.TickMilliseconds < DueTick)
            {
                lane.Timers.Schedule(this, due);
            }
        }
        else if (_inGrace.First is { Value: var first })
        {
            lane.Timers.Schedule(this, first.GraceEnds);
        }
    }
}
