using System.Text;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests;

/// <summary>Publish and subscribe against a real server.</summary>
public sealed class PublishTests(SharedNatsServer server)
{
    [Fact]
    public async Task Publish_isDeliveredInOrder_throughACallback()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var handler = new CollectingHandler();
        connection.Subscribe(subject, handler);
        for (var i = 0; i < 10_000; i++)
            Assert.Equal(NatsPublishResult.Accepted, connection.Publish(subject, Encoding.UTF8.GetBytes($"{i}")));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}"), await handler.WaitForAsync(10_000));
        var statistics = connection.GetStatistics();
        Assert.Equal(10_000, statistics.PublishedMessages);
        Assert.Equal(10_000, statistics.ReceivedMessages);
        Assert.Equal(statistics.PublishedBytes, statistics.ReceivedBytes);
        Assert.InRange(statistics.Writes, 1, 9_999);
    }

    [Fact]
    public async Task Publish_fromManyThreads_keepsTheOrderOfEach()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var handler = new CollectingHandler();
        connection.Subscribe(subject + ".*", handler);
        var threads = Enumerable.Range(0, 4).Select(id => new Thread(() =>
        {
            var own = Encoding.UTF8.GetBytes($"{subject}.{id}");
            for (var i = 0; i < 5_000; i++)
                Assert.Equal(NatsPublishResult.Accepted, connection.Publish(own, Encoding.UTF8.GetBytes($"{id} {i}")));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var all = await handler.WaitForAsync(20_000);
        for (var id = 0; id < 4; id++)
            Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"{id} {i}"), all.Where(each => each.StartsWith($"{id} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Publish_withHeadersAndReplyTo_arrivesWithThem()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject);
        var headers = new NatsHeaders().Add("Content-Type", "text/plain").Add("A", "1").Add("A", "2");
        Assert.Equal(NatsPublishResult.Accepted, connection.Publish(subject, "hello"u8, "reply.here", headers));
        var message = (await reader.ReadAsync(Deadline.Token))!;
        Assert.Equal(subject, message.Subject);
        Assert.Equal("reply.here", message.ReplyTo);
        Assert.Equal("hello", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(headers, message.Headers!);
        Assert.Equal("text/plain", message.Headers!["Content-Type"]);
        Assert.Equal(0, message.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_000)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    [InlineData(1_048_576)]
    public async Task Publish_ofAnySize_arrivesWhole(int size)
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject);
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        for (var i = 0; i < 3; i++)
            Assert.Equal(NatsPublishResult.Accepted, connection.Publish(subject, payload));
        for (var i = 0; i < 3; i++)
            Assert.True((await reader.ReadAsync(Deadline.Token))!.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task Publish_whatCannotBeSent_isRefusedWithItsReason_andTheConnectionGoesOn()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        Assert.Equal(1_048_576, connection.Server!.MaxPayloadBytes);
        Assert.Equal(NatsPublishResult.PayloadTooLarge, connection.Publish("a"u8, new byte[1_048_577]));
        Assert.Equal(NatsPublishResult.PayloadTooLarge, connection.Publish("a"u8, new byte[1_048_576], default, new NatsHeaders().Encode()));
        Assert.Equal(NatsPublishResult.InvalidSubject, connection.Publish("a b"u8, default));
        Assert.Equal(NatsPublishResult.InvalidSubject, connection.Publish("a.*"u8, default));
        Assert.Equal(NatsPublishResult.InvalidSubject, connection.Publish("a"u8, default, "b\r\nPING"u8));
        Assert.Equal(NatsPublishResult.InvalidSubject, connection.Publish(new string('a', 4096), default));
        Assert.Equal(NatsPublishResult.InvalidSubject, connection.Publish(new string('a', 1 << 20), default));
        Assert.Equal(NatsPublishResult.InvalidHeaders, connection.Publish("a"u8, default, default, "A: b\r\n\r\n"u8));
        Assert.Equal(NatsPublishResult.InvalidHeaders, connection.Publish("a"u8, default, default, "NATS/1.0\r\n"u8));
        Assert.Equal(NatsPublishResult.Accepted, connection.Publish(new string('a', 4000), default));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(0, connection.GetStatistics().Reconnects);
        await connection.DisposeAsync();
        Assert.Equal(NatsPublishResult.Closed, connection.Publish("a"u8, default));
    }

    [Fact]
    public async Task Publish_beforeConnect_waitsWithinTheBound()
    {
        var subject = TestConnections.NewSubject();
        await using var reading = await TestConnections.ConnectAsync(server.Url);
        await using var reader = reading.Subscribe(subject);
        await reading.FlushAsync(Deadline.Token);

        var options = TestConnections.Options(server.Url);
        options.MaxPendingBytes = 10_000;
        await using var connection = new NatsConnection(options);
        var accepted = 0;
        while (connection.Publish(subject, new byte[100]) == NatsPublishResult.Accepted)
            accepted++;
        Assert.InRange(accepted, 50, 99);
        Assert.Equal(NatsPublishResult.Full, connection.Publish(subject, new byte[100]));
        var statistics = connection.GetStatistics();
        Assert.Equal(2, statistics.RefusedMessages);
        Assert.Equal(accepted, statistics.PendingMessages);
        Assert.InRange(statistics.PendingBytes, 1, 10_000);

        await connection.ConnectAsync(Deadline.Token);
        for (var i = 0; i < accepted; i++)
            Assert.NotNull(await reader.ReadAsync(Deadline.Token));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(0, connection.GetStatistics().PendingMessages);
        Assert.Equal(0, connection.GetStatistics().PendingBytes);
    }
}
