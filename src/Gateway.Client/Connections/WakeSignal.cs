namespace Gateway.Client.Connections;

/// <summary>Wakes one loop: by <see cref="Set"/> from any thread, or at a time. A wake-up that comes before the wait is not lost.</summary>
/// <remarks>Any thread sets; one loop waits. The loop owns the signal and disposes it after its end.</remarks>
internal sealed class WakeSignal : IDisposable
{
    // Timers take no more than this; a loop that is woken early looks at the clock and waits again.
    private static readonly TimeSpan MaxDue = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    public WakeSignal(TimeProvider time) =>
        _timer = time.CreateTimer(static state => ((WakeSignal)state!).Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            _isSet = waiter is null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Waits until set, or until <paramref name="due"/> has passed; null waits without end.</summary>
    public async ValueTask WaitAsync(TimeSpan? due, CancellationToken cancellationToken)
    {
        Task wait;
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wait = _waiter.Task;
        }

        if (due is { } delay)
            _timer.Change(delay <= TimeSpan.Zero ? TimeSpan.Zero : delay < MaxDue ? delay : MaxDue, Timeout.InfiniteTimeSpan);
        await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (due is not null)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
