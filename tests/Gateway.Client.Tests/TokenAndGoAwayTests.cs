using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class TokenAndGoAwayTests
{
    private readonly ManualTime _time = new();
    private int _tokens;

    [Fact]
    public async Task Token_is_shown_in_hello_and_replaced_in_band_before_it_expires()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, _time, NumberedTokens);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptAsync();
        // The server's clock is an hour ahead; what counts is the time that is left: 100 s.
        var now = _time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        var hello = await connection.WelcomeAsync(expiresAt: now + 100_000, time: now);
        Assert.Equal([1L, "token-1", null], hello.Skip(1).Take(3));
        await connecting;
        await _time.PassAsync(TimeSpan.FromSeconds(70));
        var auth = await connection.ExpectAsync(3);
        Assert.Equal("token-2", auth[2]);
        await connection.SendAsync([4, auth[1], now + 70_000 + 80_000]);
        await _time.PassAsync(TimeSpan.FromSeconds(50));
        Assert.Equal("token-3", (await connection.ExpectAsync(3))[2]);
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(4001)]
    public async Task Refused_token_is_not_shown_twice(int code)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options => options.TokenProvider = _ => ValueTask.FromResult<string?>("old"));
        await using var _ = client;
        var log = new StatusLog(client);
        await connection.CloseAsync(code);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var change = await log.NextAsync(ConnectionStatus.Disconnected);
        Assert.Equal((DisconnectCause.AuthenticationFailed, false), (change.Reason!.Cause, change.WillRetry));
        Assert.False(gateway.HasConnection);
    }

    [Fact]
    public async Task Expired_token_is_replaced_by_a_new_one()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, NumberedTokens);
        await using var _ = client;
        await connection.CloseAsync(4001);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        Assert.Equal("token-2", (await (await gateway.AcceptAsync()).WelcomeAsync())[2]);
    }

    [Fact]
    public async Task Hello_refused_without_a_token_provider_stops()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, _time);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptAsync();
        await connection.ExpectAsync(1);
        await connection.SendAsync([30, 0, 1004, "A token is needed."]);
        await connection.CloseAsync(4000);
        var exception = await Assert.ThrowsAsync<GatewayException>(() => connecting).WaitAsync(FakeGateway.Patience);
        Assert.Equal((GatewayFailure.Closed, 1004, "A token is needed."), (exception.Failure, exception.Code, exception.Message));
    }

    [Fact]
    public async Task Token_provider_that_throws_is_an_attempt_that_failed()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, _time, options => options.TokenProvider = _ =>
            ++_tokens == 1 ? throw new InvalidOperationException("no") : ValueTask.FromResult<string?>("t"));
        var connecting = client.ConnectAsync();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        await gateway.AcceptWelcomedAsync();
        await connecting.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task GoAway_is_kept_as_an_appointment()
    {
        await using var old = await FakeGateway.StartAsync();
        await using var next = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(old, _time, options => options.CloseTimeout = TimeSpan.FromSeconds(2));
        await using var _ = client;
        var room = await Clients.JoinAsync(client, first, offset: 5);
        await first.SendAsync([29, 4100, "Deploy.", 7000, next.Url.ToString(), "ticket-1"]);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(7));

        // Until then everything goes on.
        await first.MessageAsync(1, 6);
        Assert.Equal([6], (await room.TakeAsync(1)).Offsets());
        _time.Advance(TimeSpan.FromSeconds(7));
        await first.ReadToCloseAsync();
        var second = await next.AcceptAsync();
        var hello = await second.WelcomeAsync();
        Assert.Equal("ticket-1", hello[3]);
        var join = await second.JoinAsync(1, 1, 6, 6, recovered: true);
        Assert.Equal(6L, join[5]);
        var closing = client.CloseAsync();
        await second.ReadToCloseAsync();
        await closing;
    }

    [Fact]
    public async Task Ticket_of_an_appointment_stands_for_the_token()
    {
        await using var old = await FakeGateway.StartAsync();
        await using var next = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(old, _time, NumberedTokens);
        await using var _ = client;
        await first.SendAsync([29, 4100, "Deploy.", 7000, next.Url.ToString(), "ticket-1"]);
        await _time.PassAsync(TimeSpan.FromSeconds(7));
        var second = await next.AcceptAsync();
        Assert.Equal([null, "ticket-1"], (await second.WelcomeAsync()).Skip(2).Take(2));
        Assert.Equal(1, _tokens);
    }

    [Fact]
    public async Task Ticket_that_is_refused_is_followed_by_the_token()
    {
        await using var old = await FakeGateway.StartAsync();
        await using var next = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(old, _time, NumberedTokens);
        await using var _ = client;
        await first.SendAsync([29, 4100, "Deploy.", 7000, next.Url.ToString(), "ticket-1"]);
        await _time.PassAsync(TimeSpan.FromSeconds(7));
        var second = await next.AcceptAsync();
        Assert.Equal("ticket-1", (await second.ExpectAsync(1))[3]);
        await second.SendAsync([30, 0, 1004, "The ticket is too old."]);
        await second.CloseAsync(4000);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        Assert.Equal(["token-2", null], (await (await old.AcceptAsync()).WelcomeAsync()).Skip(2).Take(2));
    }

    [Fact]
    public async Task GoAway_then_an_early_close_still_waits_for_the_appointment()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        await connection.SendAsync([29, 4100, "Deploy.", 9000]);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(9));
        await connection.CloseAsync(4100);
        await _time.PassAsync(TimeSpan.FromSeconds(9));
        await gateway.AcceptWelcomedAsync();
    }

    [Fact]
    public async Task GoAway_lets_an_answer_under_way_arrive()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var publishing = client.PublishAsync("chat:1", "e", Payload.Nil);
        var publish = await connection.ExpectAsync(9);
        await connection.SendAsync([29, 4100, "Deploy.", 1000]);
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        await connection.SendAsync([10, publish[1], 1, 1, false]);
        Assert.Equal(1, (await publishing.WaitAsync(FakeGateway.Patience)).Position.Offset);
        await gateway.AcceptWelcomedAsync();
    }

    private void NumberedTokens(GatewayClientOptions options)
    {
        options.HeartbeatInterval = TimeSpan.FromHours(1);
        options.TokenProvider = _ => ValueTask.FromResult<string?>($"token-{Interlocked.Increment(ref _tokens)}");
    }
}
