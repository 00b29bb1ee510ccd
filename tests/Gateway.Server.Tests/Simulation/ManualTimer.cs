namespace Gateway.Server.Tests.Simulation;

/// <summary>A timer of a <see cref="ManualTime"/>: fires within <see cref="ManualTime.Advance"/>, once however far that went.</summary>
internal sealed class ManualTimer(ManualTime time, Action callback) : ITimer
{
    private long _due = long.MaxValue;
    private long _period;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period == Timeout.InfiniteTimeSpan ? 0 : (long)period.TotalMilliseconds;
        _due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + (long)dueTime.TotalMilliseconds;
        return true;
    }

    public void FireIfDue()
    {
        if (time.GetTimestamp() < _due)
            return;
        _due = _period == 0 ? long.MaxValue : time.GetTimestamp() + _period;
        callback();
    }

    public void Dispose() => time.Forget(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
