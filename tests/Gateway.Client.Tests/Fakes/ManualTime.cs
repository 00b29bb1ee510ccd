namespace Gateway.Client.Tests.Fakes;

/// <summary>A clock that stands still until a test moves it, and that can tell when someone waits for a certain time.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(Func<TimeSpan, bool> Wanted, TaskCompletionSource Found)> _watchers = [];
    private readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _start + _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends once a timer is armed that is due in exactly <paramref name="due"/> from now.</summary>
    public Task WaitForTimerAsync(TimeSpan due) => WaitForTimerAsync(candidate => candidate == due, $"due in {due}");

    public async Task WaitForTimerAsync(Func<TimeSpan, bool> wanted, string what)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_armed.Exists(timer => wanted(timer.DueAt - _now)))
                return;
            _watchers.Add((wanted, found));
        }

        try
        {
            await found.Task.WaitAsync(FakeGateway.Patience);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"No timer {what} was armed; there are: {Describe()}", exception);
        }
    }

    /// <summary>Waits for a timer that is due in <paramref name="due"/>, then moves the clock there.</summary>
    public async Task PassAsync(TimeSpan due)
    {
        await WaitForTimerAsync(due);
        Advance(due);
    }

    public void Advance(TimeSpan by)
    {
        TimeSpan target;
        lock (_gate)
            target = _now + by;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _armed.Where(timer => timer.DueAt <= target).MinBy(timer => timer.DueAt);
                _now = next is null ? target : next.DueAt > _now ? next.DueAt : _now;
                if (next is null)
                    return;
                _armed.Remove(next);
            }

            next.Fire();
        }
    }

    private string Describe()
    {
        lock (_gate)
            return string.Join(", ", _armed.Select(timer => timer.DueAt - _now));
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._armed.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                DueAt = time._now + dueTime;
                if (dueTime > TimeSpan.Zero)
                {
                    time._armed.Add(this);
                    foreach (var watcher in time._watchers.Where(watcher => watcher.Wanted(dueTime)).ToArray())
                    {
                        time._watchers.Remove(watcher);
                        watcher.Found.SetResult();
                    }

                    return true;
                }
            }

            ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._gate)
                time._armed.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
