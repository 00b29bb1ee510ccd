using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace Gateway.Nats.Tests.Support;

/// <summary>Keeps the payloads it gets as text, and lets a test wait for a number of them.</summary>
internal sealed class CollectingHandler : INatsMessageHandler
{
    private readonly ConcurrentQueue<string> _payloads = new();
    private readonly Channel<bool> _arrived = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string[] Payloads => [.. _payloads];

    public Task Ended => _ended.Task;

    public void OnMessage(in NatsMessage message)
    {
        _payloads.Enqueue(Encoding.UTF8.GetString(message.Payload));
        _arrived.Writer.TryWrite(true);
    }

    public void OnEnded(NatsSubscription subscription) => _ended.SetResult();

    public async Task<string[]> WaitForAsync(int count)
    {
        while (_payloads.Count < count)
        {
            try
            {
                await _arrived.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within();
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException($"{_payloads.Count} of {count} messages came.", exception);
            }
        }

        return Payloads;
    }
}
