using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class PublishTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Cut_between_publish_and_ack_is_repeated_with_the_same_key_and_in_order()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var one = client.PublishAsync("chat:1", "e", Payload.From(1));
        var two = client.PublishAsync("chat:1", "e", Payload.From(2));
        var sent = await first.ExpectAsync(9);
        Assert.Equal(1L, sent[4]);
        first.Cut();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await gateway.AcceptWelcomedAsync();
        var again = await second.ExpectAsync(9);
        Assert.Equal(sent[5], again[5]);
        Assert.Equal(1L, again[4]);
        await second.SendAsync([10, again[1], 1, 41, true]);
        Assert.Equal(new PublishReceipt(new RoomPosition(1, 41), Duplicate: true, Superseded: false), await one.WaitAsync(FakeGateway.Patience));
        var next = await second.ExpectAsync(9);
        Assert.Equal(2L, next[4]);
        Assert.NotEqual(sent[5], next[5]);
        await second.SendAsync([10, next[1], 1, 42, false]);
        Assert.Equal(42, (await two.WaitAsync(FakeGateway.Patience)).Position.Offset);
    }

    [Fact]
    public async Task Several_in_flight_are_repeated_in_order_after_a_cut()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time, options => options.MaxPublishesInFlightPerRoom = 8);
        await using var _ = client;
        var publishing = Enumerable.Range(0, 5).Select(i => client.PublishAsync("chat:1", "e", Payload.From(i))).ToList();
        for (var i = 0; i < 5; i++)
            Assert.Equal((long)i, (await first.ExpectAsync(9))[4]);
        first.Cut();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await gateway.AcceptWelcomedAsync();
        for (var i = 0; i < 5; i++)
        {
            var publish = await second.ExpectAsync(9);
            Assert.Equal((long)i, publish[4]);
            await second.SendAsync([10, publish[1], 1, i + 1, false]);
        }

        Assert.Equal([1, 2, 3, 4, 5], (await Task.WhenAll(publishing)).Select(receipt => receipt.Position.Offset));
    }

    [Fact]
    public async Task Turned_away_for_now_waits_as_long_as_asked_and_holds_the_room_only()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var one = client.PublishAsync("chat:1", "e", Payload.From(1));
        var two = client.PublishAsync("chat:1", "e", Payload.From(2));
        var first = await connection.ExpectAsync(9);
        await connection.SendAsync([30, first[1], 2001, "Slower.", 4000]);
        var other = client.PublishAsync("chat:2", "e", Payload.From(3));
        var elsewhere = await connection.ExpectAsync(9);
        Assert.Equal("chat:2", elsewhere[2]);
        await connection.SendAsync([10, elsewhere[1], 1, 1, false]);
        await other;
        await _time.PassAsync(TimeSpan.FromSeconds(4));
        foreach (var (task, value) in new[] { (one, 1L), (two, 2L) })
        {
            var publish = await connection.ExpectAsync(9);
            Assert.Equal(value, publish[4]);
            await connection.SendAsync([10, publish[1], 1, value, false]);
            await task.WaitAsync(FakeGateway.Patience);
        }
    }

    [Fact]
    public async Task Refused_for_good_fails_and_the_next_goes_on()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var one = client.PublishAsync("chat:1", "e", Payload.From(1));
        var two = client.PublishAsync("chat:1", "e", Payload.From(2));
        await connection.SendAsync([30, (await connection.ExpectAsync(9))[1], 1006, "No."]);
        Assert.Equal(1006, (await Assert.ThrowsAsync<GatewayException>(() => one)).Code);
        await connection.SendAsync([10, (await connection.ExpectAsync(9))[1], 1, 1, false]);
        await two.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task Outbox_full_fails_at_once_and_cancelling_makes_room()
    {
        await using var client = Clients.New(new Uri("ws://127.0.0.1:1/ws"), _time, options => options.MaxOutboxMessages = 2);
        using var cancel = new CancellationTokenSource();
        var waiting = client.PublishAsync("chat:1", "e", Payload.Nil, cancellationToken: cancel.Token);
        _ = client.PublishAsync("chat:1", "e", Payload.Nil);
        var full = await Assert.ThrowsAsync<GatewayException>(() => client.PublishAsync("chat:1", "e", Payload.Nil));
        Assert.Equal(GatewayFailure.OutboxFull, full.Failure);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(client.PublishAsync("chat:1", "e", Payload.Nil).IsCompleted);
    }

    [Fact]
    public async Task Outbox_bounds_bytes_too()
    {
        await using var client = Clients.New(new Uri("ws://127.0.0.1:1/ws"), _time, options => options.MaxOutboxBytes = 1000);
        _ = client.PublishAsync("chat:1", "e", Payload.From(new byte[900]));
        var full = await Assert.ThrowsAsync<GatewayException>(() => client.PublishAsync("chat:1", "e", Payload.From(new byte[200])));
        Assert.Equal(GatewayFailure.OutboxFull, full.Failure);
    }

    [Fact]
    public async Task Conflated_publish_that_waits_is_replaced_by_the_next()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, _time, options => options.MaxOutboxMessages = 1);
        var cursor = new PublishOptions { ConflationKey = "cursor" };
        var old = client.PublishAsync("doc:1", "cursor", Payload.From(1), cursor);
        var newest = client.PublishAsync("doc:1", "cursor", Payload.From(2), cursor);
        Assert.True((await old).Superseded);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptWelcomedAsync();
        await connecting;
        var publish = await connection.ExpectAsync(9);
        Assert.Equal([2L, null, "cursor"], publish.Skip(4));
        await connection.SendAsync([10, publish[1], 1, 0, false]);
        Assert.False((await newest).Superseded);
    }

    [Theory]
    [InlineData(700, 300)] // The next does not fit: the older one stays.
    [InlineData(500, 500)] // It fits, since the older one's bytes are free.
    public async Task Conflated_publish_goes_only_for_a_next_that_fits(int nextBytes, int sentBytes)
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, _time, options => options.MaxOutboxBytes = 1000);
        var cursor = new PublishOptions { ConflationKey = "cursor" };
        var other = client.PublishAsync("doc:1", "e", Payload.From(new byte[400]));
        var old = client.PublishAsync("doc:1", "cursor", Payload.From(new byte[300]), cursor);
        var next = client.PublishAsync("doc:1", "cursor", Payload.From(new byte[nextBytes]), cursor);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptWelcomedAsync();
        await connecting;
        foreach (var bytes in new[] { 400, sentBytes })
        {
            var publish = await connection.ExpectAsync(9);
            Assert.Equal(bytes, Assert.IsType<byte[]>(publish[4]).Length);
            await connection.SendAsync([10, publish[1], 1, 1, false]);
        }

        await other.WaitAsync(FakeGateway.Patience);
        Assert.Equal(sentBytes == nextBytes, (await old.WaitAsync(FakeGateway.Patience)).Superseded);
        if (sentBytes == nextBytes)
            Assert.False((await next.WaitAsync(FakeGateway.Patience)).Superseded);
        else
            Assert.Equal(GatewayFailure.OutboxFull, (await Assert.ThrowsAsync<GatewayException>(() => next)).Failure);
    }

    [Fact]
    public async Task Sent_and_unanswered_for_longer_than_the_window_is_unconfirmed()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time, options => options.HeartbeatInterval = TimeSpan.FromHours(1));
        await using var _ = client;
        var publishing = client.PublishAsync("chat:1", "e", Payload.Nil);
        await first.ExpectAsync(9);
        _time.Advance(TimeSpan.FromMinutes(3));
        first.Cut();
        Assert.Equal(GatewayFailure.Unconfirmed, (await Assert.ThrowsAsync<GatewayException>(() => publishing).WaitAsync(FakeGateway.Patience)).Failure);
    }

    [Fact]
    public async Task Payload_that_is_not_one_value_or_too_large_is_refused_here()
    {
        await using var client = Clients.New(new Uri("ws://127.0.0.1:1/ws"), _time);
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("chat:1", "e", new byte[] { 1, 2 }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("chat:1", "e", Array.Empty<byte>()));
        var large = await Assert.ThrowsAsync<GatewayException>(() => client.PublishAsync("chat:1", "e", Payload.From(new byte[300_000])));
        Assert.Equal(GatewayFailure.PayloadTooLarge, large.Failure);
    }
}
