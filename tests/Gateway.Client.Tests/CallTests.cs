using System.Net.WebSockets;
using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class CallTests
{
    private readonly ManualTime _time = new();

    public static TheoryData<string> Calls => ["join", "publish", "send", "request", "presence", "state", "history"];

    public static TheoryData<string> MalformedMessages => new()
    {
        "c1", // a byte that starts nothing
        "93", // an array that ends too early
        "05", // no array
        "90", // an array without an op
        "91a161", // an op that is no number
        "98 0b 01 02", // message, cut short
        "92 06 01", // joined without its fields
        "96 11 00 01 01 c0 c3", // roster whose members are no list
        "940b0101c0", // message whose event is nil
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Cancelled_call_ends_and_the_client_goes_on(string call)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        using var cancel = new CancellationTokenSource();
        var calling = Call(client, call, cancel.Token);
        await connection.ReceiveAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling).WaitAsync(FakeGateway.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Call(client, call, cancel.Token));
        if (call == "join")
            Assert.Equal(7, FakeConnection.Op((await connection.ReceiveAsync())!));
        await connection.SettleAsync(client);
    }

    [Theory]
    [InlineData("send")]
    [InlineData("request")]
    public async Task Call_that_may_have_taken_effect_is_not_repeated(string call)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var calling = Call(client, call, CancellationToken.None);
        await connection.ReceiveAsync();
        connection.Cut();
        var exception = await Assert.ThrowsAsync<GatewayException>(() => calling).WaitAsync(FakeGateway.Patience);
        Assert.Equal(GatewayFailure.Disconnected, exception.Failure);
    }

    [Theory]
    [InlineData("presence")]
    [InlineData("history")]
    public async Task Question_is_asked_again_on_the_next_connection(string call)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var calling = Call(client, call, CancellationToken.None);
        await first.ReceiveAsync();
        first.Cut();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await gateway.AcceptWelcomedAsync();
        var asked = (await second.ReceiveAsync())!;
        object?[] answer = call == "presence"
            ? [17, asked[1], 1, 0, Array.Empty<object>(), true]
            : [21, asked[1], 1, 0, 0, Array.Empty<object>(), false];
        await second.SendAsync(answer);
        await calling.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task No_answer_in_time_is_said()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options =>
        {
            options.CallTimeout = TimeSpan.FromSeconds(3);
        });
        await using var _ = client;
        var asking = client.GetPresenceAsync("chat:1");
        await connection.ReceiveAsync();
        await _time.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(GatewayFailure.TimedOut, (await Assert.ThrowsAsync<GatewayException>(() => asking).WaitAsync(FakeGateway.Patience)).Failure);
    }

    [Fact]
    public async Task Calls_are_bounded()
    {
        await using var client = Clients.New(new Uri("ws://127.0.0.1:1/ws"), _time, options => options.MaxPendingCalls = 1);
        _ = client.GetPresenceAsync("chat:1");
        Assert.Equal(GatewayFailure.TooManyCalls, (await Assert.ThrowsAsync<GatewayException>(() => client.GetPresenceAsync("chat:1"))).Failure);
    }

    [Fact]
    public async Task Request_send_and_direct_carry_their_payloads()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var requesting = client.RequestValueAsync<string, Dictionary<string, long>>("math", "add", "1+1", TimeSpan.FromSeconds(2));
        var request = await connection.ExpectAsync(14);
        Assert.Equal(["math", "add", "1+1", 2000L], request.Skip(2));
        await connection.SendAsync([15, request[1], new Dictionary<string, object> { ["sum"] = 2 }]);
        Assert.Equal(2, (await requesting)!["sum"]);

        var sending = client.SendToUserAsync("ann", "hi", Payload.From("x"));
        var send = await connection.ExpectAsync(12);
        Assert.Equal(["ann", "hi", "x"], send.Skip(2));
        await connection.SendAsync([4, send[1], 3]);
        Assert.Equal(3, await sending);

        var direct = new TaskCompletionSource<DirectMessage>();
        client.DirectReceived += (_, message) => direct.SetResult(message);
        await connection.SendAsync([13, "bob", "hello", 5, 1000]);
        var received = await direct.Task.WaitAsync(FakeGateway.Patience);
        Assert.Equal(("bob", "hello", 5), (received.Sender, received.Event, received.Read<int>()));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1), received.Time);
    }

    [Fact]
    public async Task Frames_in_one_message_and_unknown_ops_and_trailing_fields_are_taken()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        await connection.SendAsync([11, 1, 1, "e", null, null, 0, null, "later"], [99, "new"], [11, 1, 2, "e", null, null, 0], [24, 5]);
        Assert.Equal([1, 2], (await room.TakeAsync(2)).Offsets());
        Assert.Equal(5L, (await connection.ExpectAsync(25))[1]);
    }

    [Theory]
    [MemberData(nameof(MalformedMessages))]
    public async Task Malformed_bytes_end_the_connection_and_the_client_comes_back(string hex)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var log = new StatusLog(client);
        await connection.SendRawAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(DisconnectCause.ProtocolError, (await log.NextAsync(ConnectionStatus.Connecting)).Reason!.Cause);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        await gateway.AcceptWelcomedAsync();
    }

    [Fact]
    public async Task Text_or_too_large_messages_end_the_connection()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options => options.MaxReceiveBytes = 5000);
        await using var _ = client;
        var log = new StatusLog(client);
        await connection.SendRawAsync("[25,1,1]"u8.ToArray(), WebSocketMessageType.Text);
        Assert.Equal(DisconnectCause.ProtocolError, (await log.NextAsync(ConnectionStatus.Connecting)).Reason!.Cause);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        connection = await gateway.AcceptWelcomedAsync();
        await connection.SendAsync([15, 1, new byte[5000]]);
        Assert.Equal(DisconnectCause.ProtocolError, (await log.NextAsync(ConnectionStatus.Connecting)).Reason!.Cause);
    }

    [Fact]
    public async Task Handler_that_throws_is_reported_and_the_loop_goes_on()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var reported = new TaskCompletionSource<Exception>();
        client.ErrorOccurred += (_, exception) => reported.TrySetResult(exception);
        client.DirectReceived += (_, _) => throw new InvalidOperationException("mine");
        await connection.SendAsync([13, null, "e", null, 0]);
        Assert.Equal("mine", (await reported.Task.WaitAsync(FakeGateway.Patience)).Message);
        await connection.SettleAsync(client);
    }

    private static Task Call(GatewayClient client, string call, CancellationToken cancellationToken) => call switch
    {
        "join" => client.JoinAsync("chat:9", cancellationToken: cancellationToken),
        "publish" => client.PublishAsync("chat:1", "e", Payload.Nil, cancellationToken: cancellationToken),
        "send" => client.SendToUserAsync("ann", "e", Payload.Nil, cancellationToken),
        "request" => client.RequestAsync("s", "m", Payload.Nil, cancellationToken: cancellationToken),
        "presence" => client.GetPresenceAsync("chat:1", cancellationToken: cancellationToken),
        "state" => client.SetStateAsync("chat:1", "active", cancellationToken: cancellationToken),
        _ => client.GetHistoryAsync("chat:1", cancellationToken: cancellationToken),
    };
}
