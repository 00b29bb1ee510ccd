namespace Gateway.Server.Jobs;

/// <summary>Wakes who waits for a change of the store in this process: workers for work, the publisher for events.</summary>
/// <remarks>Take the task first, then look at the store, then wait: a change in between completes the task taken.</remarks>
internal sealed class JobSignals
{
    private volatile TaskCompletionSource _work = New();
    private volatile TaskCompletionSource _outbox = New();

    public Task Work => _work.Task;

    public Task Outbox => _outbox.Task;

    public void WorkArrived() => Interlocked.Exchange(ref _work, New()).SetResult();

    public void OutboxGrew() => Interlocked.Exchange(ref _outbox, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
