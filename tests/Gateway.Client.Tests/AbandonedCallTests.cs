using System.Buffers;
using Gateway.Client.Sessions;
using Gateway.Client.Tests.Fakes;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Tests;

/// <summary>Calls that were given up before there was a connection to send them.</summary>
public sealed class AbandonedCallTests : IDisposable
{
    private const int WaitingCount = 10;
    private const int AbandonedCount = 1000;

    private readonly Session _session = new(new GatewayClientOptions { TimeProvider = new ManualTime() });
    private readonly List<int> _sent = [];

    [Fact]
    public async Task Calls_that_are_given_up_leave_the_queue_and_the_others_are_sent_in_order()
    {
        var waiting = new List<Task>();
        for (var i = 0; i < AbandonedCount; i++)
        {
            if (i % (AbandonedCount / WaitingCount) == 0)
                waiting.Add(CallAsync(i, CancellationToken.None));
            await GiveUpAsync(i);
            Assert.InRange(_session.UnsentCallCount, waiting.Count, 2 * waiting.Count);
        }

        Welcome();
        _session.WriteDue(new ArrayBufferWriter<byte>(), isLeaving: false);
        Assert.Equal(Enumerable.Range(0, WaitingCount).Select(static i => i * (AbandonedCount / WaitingCount)), _sent);
        Assert.Equal(0, _session.UnsentCallCount);
    }

    [Fact]
    public async Task Call_that_alone_is_given_up_leaves_an_empty_queue()
    {
        await GiveUpAsync(1);
        Assert.Equal(0, _session.UnsentCallCount);
    }

    public void Dispose() => _session.Dispose();

    private async Task GiveUpAsync(int number)
    {
        using var cancel = new CancellationTokenSource();
        var calling = CallAsync(-number, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
    }

    private Task<bool> CallAsync(int number, CancellationToken cancellationToken) => _session.CallAsync<bool>(
        (ref writer, id) =>
        {
            _sent.Add(number);
            FrameWriting.Leave(ref writer, id, "chat:1");
        },
        Op.Ok,
        static (in _, out value) => value = true,
        isRepeatable: true,
        Timeout.InfiniteTimeSpan,
        cancellationToken);

    private void Welcome()
    {
        _session.Begin();
        var position = 0;
        var welcome = Payload.From(new object?[] { 2, 1, "c-1", "user-1", 0, 30_000, new object[] { 1_048_576, 262_144, 100, 128 }, 0, "node-1" });
        Assert.Equal(ReceiveOutcome.Done, _session.Process(welcome.ToArray(), ref position));
    }
}
