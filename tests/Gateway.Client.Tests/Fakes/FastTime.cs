namespace Gateway.Client.Tests.Fakes;

/// <summary>A clock that runs many times faster than the world's, for schedules whose waits are not the point.</summary>
internal sealed class FastTime(int factor) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();
    private readonly DateTimeOffset _startUtc = System.GetUtcNow();

    public override long GetTimestamp() => _start + ((System.GetTimestamp() - _start) * factor);

    public override DateTimeOffset GetUtcNow() => _startUtc + this.GetElapsedTime(_start);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Scale(dueTime), Scale(period)), this);

    private TimeSpan Scale(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(1, time.Ticks / factor));

    private sealed class FastTimer(ITimer inner, FastTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Scale(dueTime), time.Scale(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
