using System.Threading.Tasks.Sources;

namespace Gateway.Nats.Connections;

/// <summary>Wakes one loop from any thread, without allocation. Any number of signals before a wait are one.</summary>
/// <remarks>
/// Set is never blocked, and never runs the loop itself: the loop goes on on the thread pool. Only one caller may wait at a time. A wait may end without
/// need (a signal that was for what the loop has already seen); the loop looks for itself.
/// </remarks>
internal sealed class WakeSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Set()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Signalled:
                    return;
                case Idle when Interlocked.CompareExchange(ref _state, Signalled, Idle) == Idle:
                    return;
                case Waiting when Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting:
                    _source.SetResult(result: true);
                    return;
            }
        }
    }

    public ValueTask WaitAsync()
    {
        // The source is reset before the state says that one waits: whoever sees Waiting completes this wait, not the last one.
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
            return new ValueTask(this, _source.Version);
        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
