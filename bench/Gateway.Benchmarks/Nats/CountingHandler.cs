using Gateway.Nats;

namespace Gateway.Benchmarks.Nats;

/// <summary>Counts messages up to an expected number.</summary>
internal sealed class CountingHandler(int expected) : INatsMessageHandler
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public Task Done => _done.Task;

    public void OnMessage(in NatsMessage message)
    {
        if (++_count == expected)
            _done.SetResult();
    }
}
