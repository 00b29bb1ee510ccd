using System.Collections.Concurrent;

namespace Gateway.Server.Lanes;

/// <summary>
/// One event loop that owns its connections and the rooms hashed to it. What belongs to a lane is touched by that lane alone,
/// so nothing on it takes a lock. Others reach it through commands.
/// </summary>
/// <remarks>
/// <para>A turn handles all that is waiting (readiness, commands, deadlines), then flushes: first the rooms that got messages, which
/// hand their batch to the members' connections, then each connection that was touched, once. So messages coalesce
/// under load and leave at once when there is none.</para>
/// <para>Threads: <see cref="Post"/>, <see cref="TryPost"/> and <see cref="PendingCount"/> from any thread; everything else from the lane only. The
/// lane's thread is <see cref="LaneThread"/>; tests call <see cref="Turn()"/> themselves and so decide the schedule.</para>
/// <para>Hot path; benchmarked by RoomPublishBenchmarks.</para>
/// </remarks>
internal sealed class Lane : IDisposable
{
    // A turn ends after so many commands even if more are waiting, so that a flood cannot hold back the flush.
    private const int MaxCommandsPerTurn = 4096;

    // Rooms hand out what they got until they have made so many sends, about a millisecond; before the others do, the lane takes in what has come meanwhile. Without a bound a message waits for
    // all rooms that had got something before it and then for all that got something with it; so it waits for half of them. At least one room is flushed.
    private const int MaxSendsPerTurn = 256;

    private readonly ConcurrentQueue<LaneCommand> _commands = new();
    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private readonly Action<Exception> _onFault;
    private readonly double _nanosecondsPerTick;
    private int _maxPendingCommands;
    private long _refusedCount;
    private readonly List<ILaneFlush> _writers = [];
    private readonly Queue<ILaneFlush> _rooms = new();
    private int _sendCount;
    private readonly List<ILaneFlush> _connections = [];
    private int _sleeping;

    public Lane(int index, TimeProvider time, IPoller poller, int maxPendingCommands, Action<Exception> onFault)
    {
        Index = index;
        _time = time;
        Poller = poller;
        _maxPendingCommands = maxPendingCommands;
        _onFault = onFault;
        _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
        _startTimestamp = time.GetTimestamp();
        UnixNow = time.GetUtcNow().ToUnixTimeMilliseconds();
        Timers = new TimingWheel(0);
    }

    public int Index { get; }

    public IPoller Poller { get; }

    public TimingWheel Timers { get; }

    /// <summary>Milliseconds since the lane was made, monotonic; read once a turn.</summary>
    public long Now { get; private set; }

    /// <summary>The wall clock in milliseconds since 1970, as of this turn.</summary>
    public long UnixNow { get; private set; }

    /// <summary>A monotonic clock in nanoseconds, read once a turn, that all lanes of a node have in common: <see cref="NanosecondsOf"/> of the node's time.</summary>
    public long Nanoseconds { get; private set; }

    /// <summary>How many commands may wait before more load is refused. May be changed at any time.</summary>
    public int MaxPendingCommands
    {
        get => Volatile.Read(ref _maxPendingCommands);
        set => Volatile.Write(ref _maxPendingCommands, value);
    }

    /// <summary>Commands refused because too many were waiting.</summary>
    public long RefusedCount => Volatile.Read(ref _refusedCount);

    /// <summary>Commands that wait, as an estimate. A publisher looks at it before it adds work for this lane.</summary>
    public int PendingCount => _commands.Count;

    public bool IsOverloaded => _commands.Count >= MaxPendingCommands;

    /// <summary>The clock of <see cref="Nanoseconds"/> for those who are on no lane.</summary>
    public static long NanosecondsOf(TimeProvider time) => (long)(time.GetTimestamp() * (1e9 / time.TimestampFrequency));

    /// <summary>
    /// Sends a command that must not be lost: readiness, results, joins and leaves. Never refused: each sender has a bounded number of them under way.
    /// </summary>
    public void Post(ILaneWork target, int code, object? argument = null, long number = 0)
    {
        _commands.Enqueue(new LaneCommand(target, code, argument, number));
        WakeIfSleeping();
    }

    /// <summary>Sends a command that adds load, such as a publish. Refused when the lane has too many waiting: the sender answers "overloaded".</summary>
    public bool TryPost(ILaneWork target, int code, object? argument = null, long number = 0)
    {
        if (IsOverloaded)
        {
            Interlocked.Increment(ref _refusedCount);
            return false;
        }

        Post(target, code, argument, number);
        return true;
    }

    /// <summary>Has a room flushed at the end of this turn, or of one soon after it. The room sees to it that it asks once a turn.</summary>
    public void FlushRoom(ILaneFlush room) => _rooms.Enqueue(room);

    /// <summary>Has one flushed at the end of this turn, before the rooms, that writes to the history or to other nodes. It sees to it that it asks once a turn.</summary>
    public void FlushWriter(ILaneFlush writer) => _writers.Add(writer);

    /// <summary>A room that is being flushed says how many sends come of it.</summary>
    public void CountSends(int count) => _sendCount += count;

    /// <summary>Has a connection flushed at the end of this turn, after the rooms. The connection sees to it that it asks once a turn.</summary>
    public void FlushConnection(ILaneFlush connection) => _connections.Add(connection);

    public void ScheduleIn(WheelEntry entry, TimeSpan delay) => Timers.Schedule(entry, Now + (long)delay.TotalMilliseconds);

    /// <summary>Handles everything that is waiting now and flushes what it touched.</summary>
    /// <returns>True when there was anything to do.</returns>
    public bool Turn() => Turn(waitMilliseconds: 0);

    /// <summary>Turns until told to stop, sleeping when there is nothing to do. The body of the lane's thread.</summary>
    public void Run(CancellationToken stopping)
    {
        using var registration = stopping.UnsafeRegister(static lane => ((Lane)lane!).Poller.Wake(), this);
        while (!stopping.IsCancellationRequested)
        {
            if (HasWork)
            {
                Turn(waitMilliseconds: 0);
                continue;
            }

            // Dekker: the sleeper raises its flag, then looks at the queue; a sender enqueues, then looks at the flag. With a full
            // fence between each pair, one of the two sees the other.
            Volatile.Write(ref _sleeping, 1);
            Interlocked.MemoryBarrier();
            Turn(_commands.IsEmpty ? Timers.MillisecondsToNext((long)_time.GetElapsedTime(_startTimestamp).TotalMilliseconds) : 0);
        }
    }

    /// <summary>Reports a fault that was caught before it could hurt others on the lane.</summary>
    public void Report(Exception fault) => _onFault(fault);

    public void Dispose() => Poller.Dispose();

    // What a connection's flush has given to a room (reading went on) is flushed with the next turn: the lane must not sleep before it.
    private bool HasWork => !_commands.IsEmpty || _writers.Count > 0 || _rooms.Count > 0 || _connections.Count > 0 || Poller.HasWork;

    // The wait is part of the turn, so that a busy lane asks the kernel once a turn and not twice.
    private bool Turn(int waitMilliseconds)
    {
        Poller.Wait(waitMilliseconds);
        Volatile.Write(ref _sleeping, 0);
        var timestamp = _time.GetTimestamp();
        Now = (long)_time.GetElapsedTime(_startTimestamp, timestamp).TotalMilliseconds;
        Nanoseconds = (long)(timestamp * _nanosecondsPerTick);
        UnixNow = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var outer = LaneThread.Enter(this);
        var handled = Guarded(static lane => lane.Poller.Dispatch());
        for (var i = 0; i < MaxCommandsPerTurn && _commands.TryDequeue(out var command); i++)
        {
            handled = true;
            try
            {
                command.Target.Execute(command.Code, command.Argument, command.Number);
            }
            catch (Exception e)
            {
                _onFault(e);
            }
        }

        handled |= Guarded(static lane => lane.Timers.Advance(lane.Now));
        FlushAll(_writers);
        FlushRooms();
        FlushAll(_connections);
        LaneThread.Enter(outer);
        return handled || _writers.Count > 0 || _rooms.Count > 0;
    }

    private void WakeIfSleeping()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            Poller.Wake();
        }
    }

    // A fault in one room or connection is reported and must not stop the lane for all others.
    private bool Guarded(Func<Lane, bool> step)
    {
        try
        {
            return step(this);
        }
        catch (Exception e)
        {
            _onFault(e);
            return true;
        }
    }

    // In the order in which they asked.
    private void FlushRooms()
    {
        for (_sendCount = 0; _sendCount < MaxSendsPerTurn && _rooms.TryDequeue(out var room);)
        {
            Flush(room);
        }
    }

    // By index: a flush may add to the list that is being flushed.
    private void FlushAll(List<ILaneFlush> list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            Flush(list[i]);
        }

        list.Clear();
    }

    private void Flush(ILaneFlush one)
    {
        try
        {
            one.Flush();
        }
        catch (Exception e)
        {
            _onFault(e);
        }
    }
}
