using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms.Histories;

/// <summary>A history whose writes wait until the test opens the gate, or for ever where the test says so.</summary>
internal sealed class GatedHistory(IHistory history, Func<Task> gate, Func<int, bool> isStuck) : IHistory
{
    private int _underWayCount;
    private int _maxUnderWay;
    private int _groupCount;

    public int UnderWay => Volatile.Read(ref _underWayCount);

    public int MaxUnderWay => Volatile.Read(ref _maxUnderWay);

    public int GroupCount => Volatile.Read(ref _groupCount);

    public ValueTask<HistoryHead?> OpenAsync(Room room) => history.OpenAsync(room);

    public void Close(Room room) => history.Close(room);

    public async ValueTask AppendAsync(AppendGroup group)
    {
        // On the lane: only it writes these.
        _maxUnderWay = Math.Max(_maxUnderWay, Interlocked.Increment(ref _underWayCount));
        _groupCount++;
        await history.AppendAsync(group);
        await (isStuck(group.Shard) ? Task.Delay(Timeout.Infinite) : gate()).ConfigureAwait(false);
        Interlocked.Decrement(ref _underWayCount);
    }

    public ValueTask<HistoryPage?> ReadAsync(Room room, long after, int maxCount, int maxBytes) => history.ReadAsync(room, after, maxCount, maxBytes);
}
