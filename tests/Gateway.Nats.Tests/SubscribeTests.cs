using System.Text;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests;

/// <summary>Subscriptions against a real server.</summary>
public sealed class SubscribeTests(SharedNatsServer server)
{
    [Fact]
    public async Task Subscribe_inAQueueGroup_eachMessageGoesToOneMember()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        await using var other = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var (first, second, all) = (new CollectingHandler(), new CollectingHandler(), new CollectingHandler());
        var subscription = connection.Subscribe(subject, first, "group");
        Assert.Equal(("group", subject), (subscription.QueueGroup, subscription.Subject));
        other.Subscribe(subject, second, "group");
        connection.Subscribe(subject, all);
        await connection.FlushAsync(Deadline.Token);
        await other.FlushAsync(Deadline.Token);

        for (var i = 0; i < 1_000; i++)
            connection.Publish(subject, Encoding.UTF8.GetBytes($"{i}"));
        await connection.FlushAsync(Deadline.Token);
        await other.FlushAsync(Deadline.Token);
        await all.WaitForAsync(1_000);
        Assert.Equal(Enumerable.Range(0, 1_000), first.Payloads.Concat(second.Payloads).Select(int.Parse).Order());
        Assert.NotEmpty(first.Payloads);
        Assert.NotEmpty(second.Payloads);
    }

    [Fact]
    public async Task Subscribe_withWildcards_getsWhatMatches()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var (star, rest) = (new CollectingHandler(), new CollectingHandler());
        connection.Subscribe(subject + ".*.c", star);
        connection.Subscribe(subject + ".>", rest);
        foreach (var end in (string[])["a.c", "a.d", "b.c", "a.b.c"])
            connection.Publish($"{subject}.{end}", Encoding.UTF8.GetBytes(end));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(["a.c", "b.c"], star.Payloads);
        Assert.Equal(["a.c", "a.d", "b.c", "a.b.c"], rest.Payloads);
    }

    [Fact]
    public async Task UnsubscribeAfter_endsAfterExactlySoManyInAll()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var (later, first) = (new CollectingHandler(), new CollectingHandler());
        var subscription = connection.Subscribe(subject, later);
        connection.Subscribe(subject, first, maxMessages: 3);
        connection.Publish(subject, "0"u8);
        connection.Publish(subject, "1"u8);
        await connection.FlushAsync(Deadline.Token);
        subscription.UnsubscribeAfter(5);
        for (var i = 2; i < 10; i++)
            connection.Publish(subject, Encoding.UTF8.GetBytes($"{i}"));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(["0", "1", "2", "3", "4"], later.Payloads);
        Assert.Equal(["0", "1", "2"], first.Payloads);
        await later.Ended.Within();
        await first.Ended.Within();
        Assert.False(subscription.IsActive);
        Assert.Equal(0, connection.GetStatistics().Subscriptions);
    }

    [Fact]
    public async Task Unsubscribe_nothingComesAfterwards()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var handler = new CollectingHandler();
        var subscription = connection.Subscribe(subject, handler);
        connection.Publish(subject, "1"u8);
        await handler.WaitForAsync(1);
        subscription.Unsubscribe();
        subscription.Unsubscribe();
        connection.Publish(subject, "2"u8);
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(["1"], handler.Payloads);
        await handler.Ended.Within();
    }

    [Fact]
    public async Task Drain_ofASubscription_deliversWhatTheServerHadSent()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject);
        for (var i = 0; i < 5_000; i++)
            connection.Publish(subject, Encoding.UTF8.GetBytes($"{i}"));
        await reader.Subscription.DrainAsync(Deadline.Token);
        connection.Publish(subject, "late"u8);
        await connection.FlushAsync(Deadline.Token);
        var read = new List<string>();
        await foreach (var message in reader)
            read.Add(Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"{i}"), read);
    }

    [Theory]
    [InlineData(NatsFullPolicy.DropNewest, "0 1 2 3 4")]
    [InlineData(NatsFullPolicy.DropOldest, "15 16 17 18 19")]
    public async Task Reader_thatIsFull_dropsByItsPolicy_countsAndTellsOnce(NatsFullPolicy policy, string expected)
    {
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        await using var connection = await TestConnections.ConnectAsync(options);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject, new NatsReaderOptions { MaxPendingMessages = 5, FullPolicy = policy });
        for (var i = 0; i < 20; i++)
            connection.Publish(subject, Encoding.UTF8.GetBytes($"{i}"));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(5, reader.PendingCount);
        Assert.Equal(15, reader.Subscription.DroppedCount);
        Assert.Equal(15, connection.GetStatistics().DroppedMessages);
        Assert.Single(observer.Notices("slow"));
        await reader.DisposeAsync();
        var read = new List<string>();
        await foreach (var message in reader)
            read.Add(Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(expected, string.Join(' ', read));
    }

    [Fact]
    public async Task Reader_isBoundedByBytesToo()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject, new NatsReaderOptions { MaxPendingBytes = 1_000 });
        for (var i = 0; i < 10; i++)
            connection.Publish(subject, new byte[300]);
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(3, reader.PendingCount);
        Assert.Equal(7, reader.Subscription.DroppedCount);
    }

    [Fact]
    public async Task Handler_thatThrows_isToldAndCounted_andTheNextMessageComes()
    {
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        await using var connection = await TestConnections.ConnectAsync(options);
        var subject = TestConnections.NewSubject();
        var subscription = connection.Subscribe(subject, new ThrowingHandler());
        connection.Publish(subject, "1"u8);
        connection.Publish(subject, "2"u8);
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(2, subscription.DeliveredCount);
        Assert.Equal(2, connection.GetStatistics().HandlerFaults);
        Assert.Equal(2, observer.Notices("fault").Count());
        Assert.Equal(0, connection.GetStatistics().Reconnects);
    }

    [Fact]
    public async Task Handler_thatBlocks_isTold()
    {
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        options.HandlerStallThreshold = TimeSpan.FromTicks(1);
        await using var connection = await TestConnections.ConnectAsync(options);
        var subject = TestConnections.NewSubject();
        connection.Subscribe(subject, new CollectingHandler());
        connection.Publish(subject, "1"u8);
        await observer.WaitForNoticeAsync("stall");
        Assert.NotEqual(0, connection.GetStatistics().HandlerStalls);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a b", null)]
    [InlineData("a.>.b", null)]
    [InlineData("a", "")]
    [InlineData("a", "b c")]
    public async Task Subscribe_malformedNames_areRefused(string subject, string? queue)
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        Assert.Throws<ArgumentException>(() => { connection.Subscribe(subject, new CollectingHandler(), queue); });
    }

    private sealed class ThrowingHandler : INatsMessageHandler
    {
        public void OnMessage(in NatsMessage message) => throw new InvalidOperationException("A handler's own fault.");
    }
}
