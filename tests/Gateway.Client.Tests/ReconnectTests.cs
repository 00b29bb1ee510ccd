using System.Net;
using System.Net.Sockets;
using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class ReconnectTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task ConnectAsync_nobody_listens_waits_doubling_times_reports_after_five_and_goes_on()
    {
        await using var client = Clients.New(UnusedUrl(), _time);
        var log = new StatusLog(client);
        var connecting = client.ConnectAsync();
        foreach (var seconds in new[] { 0.5, 1, 2, 4 })
            await _time.PassAsync(TimeSpan.FromSeconds(seconds));
        var failure = await Assert.ThrowsAsync<GatewayException>(() => connecting).WaitAsync(FakeGateway.Patience);
        Assert.Equal(GatewayFailure.Unreachable, failure.Failure);
        var change = await log.NextAsync(ConnectionStatus.Disconnected);
        Assert.True(change.WillRetry);
        Assert.Equal(DisconnectCause.Unreachable, change.Reason!.Cause);
        foreach (var seconds in new[] { 8, 15, 15 })
            await _time.PassAsync(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task Delays_are_full_jitter_below_the_doubling_bound()
    {
        const int seed = 20261;
        var random = new Random(seed);
        var expected = new Random(seed);
        await using var client = Clients.New(UnusedUrl(), _time, options => options.Jitter = random.NextDouble);
        var connecting = client.ConnectAsync();
        foreach (var bound in new[] { 1, 2, 4, 8 })
            await _time.PassAsync(TimeSpan.FromMilliseconds(Math.Floor(bound * 1000 * expected.NextDouble())));
        await Assert.ThrowsAsync<GatewayException>(() => connecting).WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task StopAfterFailure_ends_the_client_and_its_calls()
    {
        await using var client = Clients.New(UnusedUrl(), _time, options =>
        {
            options.Reconnect.AttemptsBeforeFailure = 2;
            options.Reconnect.StopAfterFailure = true;
        });
        var connecting = client.ConnectAsync();
        var publishing = client.PublishAsync("chat:1", "e", Payload.Nil);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAsync<GatewayException>(() => connecting).WaitAsync(FakeGateway.Patience);
        var failure = await Assert.ThrowsAsync<GatewayException>(() => publishing).WaitAsync(FakeGateway.Patience);
        Assert.Equal(GatewayFailure.Unreachable, failure.Failure);
        Assert.Equal(ConnectionStatus.Disconnected, client.Status);
    }

    [Fact]
    public async Task Loss_reconnects_and_rooms_go_on_from_their_position()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, first);
        await first.MessageAsync(1, 1);
        await first.MessageAsync(1, 2);
        Assert.Equal([1, 2], (await room.TakeAsync(2)).Offsets());
        first.Cut();

        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await gateway.AcceptWelcomedAsync();
        var join = await second.JoinAsync(number: 7, epoch: 1, offset: 2, head: 4, recovered: true);
        Assert.Equal([5L, "chat:1", 0L, 1L, 2L], new[] { join[0], join[2], join[3], join[4], join[5] });
        await second.MessageAsync(7, 3);
        await second.MessageAsync(7, 4);
        var missed = await room.TakeAsync(2);
        Assert.Equal([3, 4], missed.Offsets());
        Assert.All(missed, message => Assert.Null(message.GapBefore));
        Assert.Equal(new RoomPosition(1, 4), room.Position);
    }

    [Fact]
    public async Task Welcomed_and_dropped_at_once_does_not_start_the_back_off_anew()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        foreach (var seconds in new[] { 0.5, 1, 2 })
        {
            connection.Cut();
            await _time.PassAsync(TimeSpan.FromSeconds(seconds));
            connection = await gateway.AcceptWelcomedAsync();
        }
    }

    [Theory]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1009)]
    [InlineData(4002)]
    [InlineData(4003)]
    [InlineData(4004)]
    [InlineData(4099)]
    public async Task Close_code_that_says_stay_away_stops_the_client(int code)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var log = new StatusLog(client);
        var room = await Clients.JoinAsync(client, connection);
        await connection.CloseAsync(code, "no");
        var change = await log.NextAsync(ConnectionStatus.Disconnected);
        Assert.False(change.WillRetry);
        Assert.Equal(DisconnectCause.RefusedByServer, change.Reason!.Cause);
        Assert.Equal(code, change.Reason.Code);
        var end = await Assert.ThrowsAsync<GatewayException>(() => room.TakeAsync(1));
        Assert.Equal(code, end.Code);
        Assert.False(gateway.HasConnection);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(4100)]
    [InlineData(4101)]
    [InlineData(4102)]
    [InlineData(4103)]
    [InlineData(4104)]
    [InlineData(4105)]
    [InlineData(4106)]
    [InlineData(4200)]
    public async Task Close_code_that_says_come_back_reconnects(int code)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var log = new StatusLog(client);
        await connection.CloseAsync(code);
        Assert.Equal(code, (await log.NextAsync(ConnectionStatus.Connecting)).Reason!.Code);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        await gateway.AcceptWelcomedAsync();
        await log.NextAsync(ConnectionStatus.Connected);
    }

    [Fact]
    public async Task RetryAfter_of_a_refused_hello_is_waited_for()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, _time);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptAsync();
        await connection.ExpectAsync(1);
        await connection.SendAsync([30, 0, 2002, "Full.", 7000]);
        await connection.CloseAsync(4103);

        await _time.PassAsync(TimeSpan.FromSeconds(7));
        await gateway.AcceptWelcomedAsync();
        await connecting.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task Endpoints_the_next_is_tried_at_once()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(UnusedUrl(), _time, options => options.Endpoints.Add(gateway.Url));
        var connecting = client.ConnectAsync();
        await gateway.AcceptWelcomedAsync();
        await connecting.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task Endpoints_after_a_loss_the_other_is_tried_at_once()
    {
        await using var edge = await FakeGateway.StartAsync();
        await using var cloud = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(edge, _time, options => options.Endpoints.Add(cloud.Url));
        await using var _ = client;
        _time.Advance(TimeSpan.FromSeconds(11));
        connection.Cut();
        await cloud.AcceptWelcomedAsync();
    }

    [Fact]
    public async Task Handshake_refused_by_status_is_an_attempt_that_failed()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.RefuseWith = 503;
        await using var client = Clients.New(gateway.Url, _time);
        var connecting = client.ConnectAsync();
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(0.5));
        gateway.RefuseWith = null;
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await gateway.AcceptWelcomedAsync();
        await connecting.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task Silence_is_asked_about_and_then_given_up()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var log = new StatusLog(client);
        await _time.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(24, FakeConnection.Op((await connection.ReceiveAsync())!));
        await _time.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DisconnectCause.HeartbeatTimeout, (await log.NextAsync(ConnectionStatus.Connecting)).Reason!.Cause);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        await gateway.AcceptWelcomedAsync();
    }

    [Fact]
    public async Task Dispose_while_connecting_ends_at_once()
    {
        // Accepts connections into its backlog and never answers.
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var client = Clients.New(new Uri($"ws://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}/ws"), _time);
        var connecting = client.ConnectAsync();
        var publishing = client.PublishAsync("chat:1", "e", Payload.Nil);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(10));
        await client.DisposeAsync().AsTask().WaitAsync(FakeGateway.Patience);
        Assert.Equal(GatewayFailure.Closed, (await Assert.ThrowsAsync<GatewayException>(() => connecting)).Failure);
        Assert.Equal(GatewayFailure.Closed, (await Assert.ThrowsAsync<GatewayException>(() => publishing)).Failure);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ConnectAsync());
    }

    [Fact]
    public async Task ConnectAsync_cancelled_stops_the_client()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        await using var client = Clients.New(new Uri($"ws://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}/ws"), _time);
        using var cancel = new CancellationTokenSource();
        var connecting = client.ConnectAsync(cancel.Token);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(10));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting).WaitAsync(FakeGateway.Patience);
        Assert.Equal(ConnectionStatus.Disconnected, client.Status);
    }

    [Fact]
    public async Task CloseAsync_says_goodbye_and_streams_end()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options => options.CloseTimeout = TimeSpan.FromSeconds(2));
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        var closing = client.CloseAsync();
        await connection.ReadToCloseAsync();
        await closing.WaitAsync(FakeGateway.Patience);
        Assert.Equal(1000, (int)connection.ClosedWith!);
        Assert.Equal(ConnectionStatus.Disconnected, client.Status);
        Assert.Empty(await room.TakeAsync(1));
    }

    [Fact]
    public async Task ConnectAsync_after_CloseAsync_connects_again()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var closing = client.CloseAsync();
        await connection.ReadToCloseAsync();
        await closing;
        var connecting = client.ConnectAsync();
        await gateway.AcceptWelcomedAsync();
        await connecting.WaitAsync(FakeGateway.Patience);
    }

    private static Uri UnusedUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ws");
    }
}
