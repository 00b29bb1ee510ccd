using System.Buffers;
using System.Text;
using Gateway.Nats.Connections;
using Gateway.Nats.Diagnostics;
using Gateway.Nats.Protocol;
using Gateway.Nats.Subscriptions;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests;

/// <summary>In steady state a message costs no allocation, neither sent nor received. A failure here is a regression of the hot path, not a flaky test.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests(SharedNatsServer server)
{
    private static readonly byte[] Payload = new byte[128];

    [Fact]
    public void Publishing_allocatesNothing()
    {
        var outbox = new Outbox(1 << 24, new SubscriptionTable(new ConnectionCounters(), new GuardedObserver(observer: null)));
        outbox.Attach(new ServerInfo { HasHeaders = true });
        var batch = new List<Chunk>();
        var flushes = new List<TaskCompletionSource<NatsError?>>();
        var headers = new NatsHeaders().Add("a", "b");
        var accepted = 0;
        AssertNoAllocation(() =>
        {
            for (var i = 0; i < 2_000; i++)
                accepted += outbox.Publish("a.b"u8, "r"u8, headers.Encode(), Payload) == NatsPublishResult.Accepted ? 1 : 0;
            batch.Clear();
            outbox.Take(ref batch, flushes, ping: true, pong: true, retire: false);
            foreach (var chunk in batch)
                outbox.Written(chunk);
        });
        Assert.Equal(0, outbox.PendingBytes);
        Assert.Equal(outbox.PublishedMessages, accepted);
    }

    [Fact]
    public void Receiving_allocatesNothing()
    {
        var counters = new ConnectionCounters();
        var table = new SubscriptionTable(counters, new GuardedObserver(observer: null));
        var handler = new CountingHandler();
        table.Add(new NatsSubscription(new Outbox(1000, table), 7, [.. "a"u8], [], 0, handler));
        var input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("MSG a 7 r 128\r\n" + new string('x', 128) + "\r\nHMSG a 7 12 17\r\nNATS/1.0\r\n\r\nhello\r\n", 500)));
        using var reader = new OperationReader(new ProtocolLimits(4096, 1 << 20));
        var sequence = Pieces.Join(input.Chunk(4096).Select(chunk => (ReadOnlyMemory<byte>)chunk));
        AssertNoAllocation(() =>
        {
            var rest = sequence;
            while (reader.TryRead(ref rest, out var operation) == ParseStatus.Complete)
                table.Deliver(operation);
        });
        Assert.Equal(0, counters.HandlerFaults);
        Assert.Equal(0, handler.Count % 1000);
        Assert.NotEqual(0, handler.Count);
    }

    /// <summary>All threads of the client together, through a real server: what is left are a few reads and writes, not messages.</summary>
    [Fact]
    public async Task WholeClient_allocatesNothingPerMessage()
    {
        const int messages = 100_000;
        var options = TestConnections.Options(server.Url);
        options.MaxPendingBytes = 2 * 1024 * 1024;
        options.PingInterval = TimeSpan.FromMinutes(1);
        await using var connection = await TestConnections.ConnectAsync(options);
        var subject = Encoding.ASCII.GetBytes(TestConnections.NewSubject());
        var handler = new CountingHandler();
        connection.Subscribe(Encoding.ASCII.GetString(subject), handler);
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 10 && least > messages / 10; attempt++)
        {
            handler.Restart(messages);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < messages; i++)
            {
                while (connection.Publish(subject, Payload) == NatsPublishResult.Full)
                    Thread.Yield();
            }

            await handler.Done.Within();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // A tenth of a byte per message pays for what is per read, per write, and for the test itself.
        Assert.InRange(least, 0, messages / 10);
    }

    private static void AssertNoAllocation(Action round)
    {
        for (var i = 0; i < 3; i++)
            round();

        // A collection that other tests cause takes what is left of this thread's allocation window and counts it as used; an allocation of ours would
        // show in every attempt.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private sealed class CountingHandler : INatsMessageHandler
    {
        private int _expected = int.MaxValue;
        private TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; private set; }

        public Task Done => _done.Task;

        public void Restart(int expected)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Count = 0;
            _expected = expected;
        }

        public void OnMessage(in NatsMessage message)
        {
            if (++Count == _expected)
                _done.SetResult();
        }
    }
}
