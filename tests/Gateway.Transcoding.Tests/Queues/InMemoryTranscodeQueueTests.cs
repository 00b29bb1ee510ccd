using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Transcoding.Tests.Queues;

public sealed class InMemoryTranscodeQueueTests : TranscodeQueueContract
{
    private readonly InMemoryTranscodeQueue _queue;

    public InMemoryTranscodeQueueTests() => _queue = new InMemoryTranscodeQueue(Time);

    protected override ITranscodeQueue Queue => _queue;

    protected override ValueTask<bool> SubmitAsync(TranscodeJob job) => new(_queue.TryEnqueue(job));

    protected override ValueTask<CancelRequest> RequestCancelAsync(string jobId) => new(_queue.RequestCancel(jobId));

    [Fact]
    public void TryEnqueue_beyond_the_bound_is_refused()
    {
        var queue = new InMemoryTranscodeQueue(Time, maxJobs: 2);
        Assert.True(queue.TryEnqueue(SampleJob.Named("a")));
        Assert.True(queue.TryEnqueue(SampleJob.Named("b")));
        Assert.False(queue.TryEnqueue(SampleJob.Named("c")));
        Assert.Equal(CancelRequest.Removed, queue.RequestCancel("a"));
        Assert.True(queue.TryEnqueue(SampleJob.Named("c")));
    }

    [Fact]
    public async Task WaitForWork_returns_when_a_lease_expires_or_a_retry_is_due()
    {
        _queue.TryEnqueue(SampleJob.Named("a"));
        var lease = await _queue.LeaseAsync("w1", TimeSpan.FromSeconds(30), default);
        var wait = _queue.WaitForWorkAsync(TimeSpan.FromDays(1), default).AsTask();
        Assert.False(wait.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(30));
        await wait.WaitAsync(TimeSpan.FromSeconds(30));

        lease = await _queue.LeaseAsync("w1", TimeSpan.FromDays(2), default);
        await _queue.FailAsync(lease!, new JobError("x", "x", Retryable: true), TimeSpan.FromSeconds(7), default);
        wait = _queue.WaitForWorkAsync(TimeSpan.FromDays(1), default).AsTask();
        Assert.False(wait.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(7));
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(await _queue.LeaseAsync("w1", TimeSpan.FromSeconds(1), default));
    }
}
