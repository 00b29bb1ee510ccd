namespace Gateway.Nats.Requests;

/// <summary>One request that waits for its reply, its time-out or its caller's impatience; the first of them counts.</summary>
internal sealed class PendingRequest : IAsyncDisposable
{
    private readonly TaskCompletionSource<NatsReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _cancellation;

    public PendingRequest(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static request => ((PendingRequest)request!).Complete(NatsRequestStatus.TimedOut), this, timeout, Timeout.InfiniteTimeSpan);
        _cancellation = cancellationToken.UnsafeRegister(static (request, token) => ((PendingRequest)request!)._reply.TrySetCanceled(token), this);
    }

    public Task<NatsReply> Reply => _reply.Task;

    public void Complete(NatsReceivedMessage message) => _reply.TrySetResult(new NatsReply(NatsRequestStatus.Replied, message, NatsPublishResult.Accepted));

    public void Complete(NatsRequestStatus status) => _reply.TrySetResult(new NatsReply(status, Message: null, NatsPublishResult.Accepted));

    public async ValueTask DisposeAsync()
    {
        await _cancellation.DisposeAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }
}
