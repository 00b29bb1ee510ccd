using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// The history of a single node with nothing configured: one for each lane, touched by that lane alone, so it needs no lock and always completes synchronously.
/// </summary>
/// <remarks>
/// Bounded: per room by its kind, and all rooms of the lane together by a share of <see cref="RoomsOptions.MaxHistoryBytes"/>; beyond that the room
/// that was quiet for longest loses its oldest messages. A room whose messages have all aged out is forgotten and comes back under a new epoch.
/// </remarks>
internal sealed class InMemoryHistory : WheelEntry, IHistory
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly Lane _lane;
    private readonly RoomsOptions _options;
    private readonly long _maxBytes;
    private readonly int _maxLogs;
    private readonly Dictionary<string, (RoomLog Log, RoomKindOptions Kind)> _logs = new(StringComparer.Ordinal);
    private long _sizeBytes;
    private long _lastEpoch;

    public InMemoryHistory(Lane lane, RoomsOptions options, int laneCount)
    {
        _lane = lane;
        _options = options;
        _maxBytes = options.MaxHistoryBytes / laneCount;
        _maxLogs = Math.Max(1, options.MaxRooms / laneCount);
    }

    public long SizeBytes => Interlocked.Read(ref _sizeBytes);

    public ValueTask<HistoryHead?> OpenAsync(Room room)
    {
        var log = LogOf(room);
        log.IsOpen = true;
        return new(new HistoryHead(log.Epoch, log.Head));
    }

    public void Close(Room room)
    {
        if (_logs.TryGetValue(room.Name, out var found))
        {
            found.Log.IsOpen = false;
            if (found.Log.Head == 0)
            {
                _logs.Remove(room.Name);
            }
        }
    }

    public ValueTask AppendAsync(AppendGroup group)
    {
        foreach (ref var entry in group.Entries)
        {
            var log = LogOf(entry.Room);
            entry.Epoch = log.Epoch;
            var key = entry.Publication.IdempotencyKey;
            if (key != default && log.Keys.TryGet(key, _lane.Now, out var first))
            {
                entry.Status = AppendStatus.Duplicate;
                entry.Offset = first;
                continue;
            }

            var before = log.SizeBytes;
            entry.Offset = log.Append(entry.Publication.Message, _lane.Now);
            entry.Status = AppendStatus.Stored;
            _sizeBytes += log.SizeBytes - before;
            if (key != default)
            {
                log.Keys.Add(key, entry.Offset, _lane.Now, entry.Room.Kind.Options.IdempotencyWindow);
            }
        }

        if (_sizeBytes > _maxBytes)
        {
            Shrink();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<HistoryPage?> ReadAsync(Room room, long after, int maxCount, int maxBytes)
    {
        var log = LogOf(room);
        var before = log.SizeBytes;
        log.DropOlderThan(OldestKept(room.Kind.Options));
        _sizeBytes += log.SizeBytes - before;
        return new(log.Read(after, maxCount, maxBytes, room.Number));
    }

    /// <summary>The regular sweep: what has aged out goes even where nobody reads.</summary>
    public override void OnDue()
    {
        List<string>? empty = null;
        foreach (var (name, (log, kind)) in _logs)
        {
            var before = log.SizeBytes;
            log.DropOlderThan(OldestKept(kind));
            log.Keys.Expire(_lane.Now);
            _sizeBytes += log.SizeBytes - before;
            if (!log.IsOpen && log.First > log.Head && _lane.Now - log.TouchedAt > (long)kind.MaxHistoryAge.TotalMilliseconds)
            {
                (empty ??= []).Add(name);
            }
        }

        empty?.ForEach(name => _logs.Remove(name));
        if (_logs.Count > 0)
        {
            _lane.ScheduleIn(this, SweepInterval);
        }
    }

    private long OldestKept(RoomKindOptions kind) => _lane.UnixNow - (long)kind.MaxHistoryAge.TotalMilliseconds;

    private RoomLog LogOf(Room room)
    {
        if (_logs.TryGetValue(room.Name, out var found))
        {
            return found.Log;
        }

        // Epochs never repeat for a name, not even when the clock was set back between two of them.
        _lastEpoch = Math.Max(_lastEpoch + 1, _lane.UnixNow);
        if (_logs.Count >= _maxLogs)
        {
            ForgetQuietest();
        }

        var log = new RoomLog(room.Name, room.Kind.Options, _options.MaxIdempotencyKeys, _lastEpoch);
        _logs.Add(room.Name, (log, room.Kind.Options));
        if (!IsScheduled)
        {
            _lane.ScheduleIn(this, SweepInterval);
        }

        return log;
    }

    // Rare: a tenth of the closed logs at a time, quietest first. Their rooms come back under a new epoch.
    private void ForgetQuietest()
    {
        foreach (var (log, _) in _logs.Values.Where(static entry => !entry.Log.IsOpen).OrderBy(static entry => entry.Log.TouchedAt).Take(1 + (_maxLogs / 10)).ToArray())
        {
            _sizeBytes -= log.SizeBytes;
            log.Clear();
            _logs.Remove(log.Room);
        }
    }

    private void Shrink()
    {
        // Rare: only beyond the node's budget. Ordered once, then emptied from the quietest on until a tenth is free again.
        var target = _maxBytes - (_maxBytes / 10);
        foreach (var (log, _) in _logs.Values.OrderBy(static entry => entry.Log.TouchedAt).ToArray())
        {
            while (_sizeBytes > target && log.First <= log.Head)
            {
                var before = log.SizeBytes;
                log.DropOldest();
                _sizeBytes += log.SizeBytes - before;
            }

            if (_sizeBytes <= target)
            {
                return;
            }
        }
    }
}
