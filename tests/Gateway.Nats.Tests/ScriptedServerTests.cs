using System.Text;
using Gateway.Nats.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Nats.Tests;

/// <summary>What a real server will not do, or not when a test wants it.</summary>
public sealed class ScriptedServerTests
{
    [Fact]
    public async Task Everything_byteByByte_isUnderstood()
    {
        await using var server = new ScriptedServer();
        await using var connection = new NatsConnection(TestConnections.Options(server.Url));
        var handler = new CollectingHandler();
        connection.Subscribe("a.>", handler);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.AcceptPeerAsync();
        await peer.TrickleAsync("INFO {\"max_payload\":1000,\"headers\":true}\r\n");
        Assert.StartsWith("CONNECT", await peer.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("PING", await peer.ReadLineAsync());
        await peer.TrickleAsync("+OK\r\nPONG\r\n");
        await connecting;
        Assert.Equal("SUB a.> 1", await peer.ReadUntilAsync("SUB"));
        await peer.TrickleAsync("MSG a.b 1 5\r\nhello\r\nMSG a.c 99 3\r\nnot\r\nHMSG a.d 1 r 12 17\r\nNATS/1.0\r\n\r\nworld\r\nPING\r\n");
        Assert.Equal(["hello", "world"], await handler.WaitForAsync(2));
        await peer.ReadUntilAsync("PONG");
    }

    [Theory]
    [InlineData("MSG a 1 2147483647\r\n")]
    [InlineData("MSG a 1 -1\r\n")]
    [InlineData("MSG a 1 99999999999999999999\r\n")]
    [InlineData("HMSG a 1 10 5\r\nhello\r\n")]
    [InlineData("MSG a 1 2\r\nhello\r\n")]
    [InlineData("INFO {\r\n")]
    [InlineData("INFO {\"max_payload\":\"much\"}\r\n")]
    [InlineData("GARBAGE\r\n")]
    [InlineData("\0\0\0\0")]
    public async Task HostileInput_endsTheConnection_andTheClientComesBack(string input)
    {
        await using var server = new ScriptedServer();
        var (connection, observer, peer) = await ConnectAsync(server);
        await using var owned = connection;
        await peer.SendAsync(input);
        await peer.WaitForEndAsync();
        await server.LetInAsync();
        await observer.WaitForConnectsAsync(2);
        Assert.Equal(NatsErrorCode.MalformedInput, Assert.Single(observer.Statuses(NatsStatus.Reconnecting)).Cause!.Code);
    }

    [Theory]
    [InlineData("Stale Connection", NatsErrorCode.StaleConnection)]
    [InlineData("Slow Consumer", NatsErrorCode.SlowConsumer)]
    [InlineData("User Authentication Expired", NatsErrorCode.AuthenticationExpired)]
    [InlineData("Maximum Payload Violation", NatsErrorCode.PayloadTooLarge)]
    [InlineData("something that is new", NatsErrorCode.ServerError)]
    public async Task ErrorBeforeAClose_isHowTheConnectionEnded(string text, NatsErrorCode code)
    {
        await using var server = new ScriptedServer();
        var (connection, observer, peer) = await ConnectAsync(server);
        await using var owned = connection;
        await peer.SendAsync($"-ERR '{text}'\r\n");
        peer.Dispose();
        await server.LetInAsync();
        await observer.WaitForConnectsAsync(2);
        Assert.Equal((code, text), (observer.Errors.First().Code, observer.Errors.First().Text));
        Assert.Equal(code, Assert.Single(observer.Statuses(NatsStatus.Reconnecting)).Cause!.Code);
    }

    [Theory]
    [InlineData("", NatsErrorCode.ConnectionLost)]
    [InlineData("INFO {\"max_pay", NatsErrorCode.ConnectionLost)]
    [InlineData("SSH-2.0-OpenSSH\r\n", NatsErrorCode.MalformedInput)]
    [InlineData("PING\r\n", NatsErrorCode.MalformedInput)]
    [InlineData("INFO []\r\n", NatsErrorCode.MalformedInput)]
    [InlineData("INFO {\"max_payload\":0}\r\n", NatsErrorCode.MalformedInput)]
    [InlineData("-ERR 'Attempted To Connect To Route Port'\r\n", NatsErrorCode.WrongPort)]
    [InlineData("INFO {\"max_payload\":9}\r\nMSG a 1 0\r\n\r\n", NatsErrorCode.MalformedInput)]
    [InlineData("INFO {\"max_payload\":9}\r\n-ERR 'Authorization Violation'\r\n", NatsErrorCode.AuthenticationFailed)]
    public async Task Handshake_thatFails_saysWhy(string said, NatsErrorCode code)
    {
        await using var server = new ScriptedServer();
        await using var connection = new NatsConnection(TestConnections.Options(server.Url));
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.AcceptPeerAsync();
        await peer.SendAsync(said);
        if (code == NatsErrorCode.ConnectionLost)
            peer.Dispose();
        Assert.Equal(code, (await Assert.ThrowsAsync<NatsException>(() => connecting)).Error.Code);
    }

    [Fact]
    public async Task Handshake_thatHangs_isGivenUp()
    {
        await using var server = new ScriptedServer();
        var options = TestConnections.Options(server.Url);
        options.ConnectTimeout = TimeSpan.FromMilliseconds(50);
        await using var connection = new NatsConnection(options);
        var error = (await Assert.ThrowsAsync<NatsException>(() => connection.ConnectAsync(Deadline.Token))).Error;
        Assert.Equal(NatsErrorCode.ConnectFailed, error.Code);
        Assert.IsType<TimeoutException>(error.Cause);
    }

    [Fact]
    public async Task Connect_saysWhatTheServerNeedsToKnow_andNoSecretOfOthers()
    {
        await using var server = new ScriptedServer();
        var options = TestConnections.Options(server.Url);
        options.Name = "node \"1\"";
        options.Echo = false;
        await using var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.LetInAsync("\"client_id\":7,\"server_name\":\"nats-a\",\"unknown\":{\"a\":[1,2]}");
        await connecting;
        Assert.Equal(
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":false,\"name\":\"node \\u00221\\u0022\",\"lang\":\"csharp-gateway\",\"version\":\"0.1.0\",\"protocol\":1,"
            + "\"echo\":false,\"headers\":true,\"no_responders\":true}",
            peer.Connect);
        Assert.Equal(("nats-a", 7L), (connection.Server!.Name, connection.Server.ClientId));
        Assert.Equal(connection.Server.MaxPayloadBytes, connection.MaxPayloadBytes);
    }

    [Fact]
    public async Task MessagesThatWait_andAreTooLargeForTheNextServer_areDroppedAndTold()
    {
        await using var server = new ScriptedServer();
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        await using var connection = new NatsConnection(options);
        connection.Publish("a", "small"u8);
        connection.Publish("b", new byte[200]);
        connection.Publish("c", "also small"u8);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.AcceptPeerAsync();
        await peer.SendAsync("INFO {\"max_payload\":100}\r\n");
        await peer.LetInAsync();
        await connecting;
        Assert.Equal("PUB a 5", await peer.ReadUntilAsync("PUB"));
        Assert.Equal("PUB c 10", await peer.ReadUntilAsync("PUB"));
        Assert.Equal(NatsErrorCode.PendingMessageDropped, Assert.Single(observer.Errors).Code);
        var flush = connection.FlushAsync(Deadline.Token);
        await peer.ReadUntilAsync("PING");
        await peer.SendAsync("PONG\r\n");
        await flush;
        Assert.Equal((0L, 0L), (connection.GetStatistics().PendingMessages, connection.GetStatistics().PendingBytes));
        Assert.Equal(NatsPublishResult.HeadersNotSupported, connection.Publish("a", default, headers: new NatsHeaders()));
    }

    [Fact]
    public async Task ServerThatTakesNothing_isGivenUp_andWhatWaitedGoesToTheNext()
    {
        await using var server = new ScriptedServer();
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        var time = new FakeTimeProvider();
        options.TimeProvider = time;
        options.WriteTimeout = TimeSpan.FromSeconds(1);
        options.PingInterval = TimeSpan.FromDays(1);
        options.MaxPendingBytes = 64 * 1024 * 1024;
        await using var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        await server.LetInAsync();
        await connecting;
        for (var i = 0; i < 1_000; i++)
            Assert.Equal(NatsPublishResult.Accepted, connection.Publish("a", Encoding.ASCII.GetBytes($"{i:D30000}")));
        var limit = Deadline.Token;
        while (!observer.Statuses(NatsStatus.Reconnecting).Any())
        {
            limit.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        var next = await server.LetInAsync();

        // A whole message comes first, not the rest of one; and from it on there is no hole.
        Assert.Equal("PUB a 30000", await next.ReadLineAsync());
        var first = int.Parse(await next.ReadLineAsync());
        Assert.InRange(first, 1, 999);
        for (var expected = first + 1; expected < 1_000; expected++)
        {
            await next.ReadUntilAsync("PUB");
            Assert.Equal(expected, int.Parse(await next.ReadLineAsync()));
        }

        Assert.Equal(NatsErrorCode.WriteTimeout, Assert.Single(observer.Statuses(NatsStatus.Reconnecting)).Cause!.Code);
        Assert.InRange(connection.GetStatistics().UnconfirmedMessages, 1, 3);
    }

    [Fact]
    public async Task NewServersOfTheCluster_areLearned_andForgotten()
    {
        await using var first = new ScriptedServer();
        await using var second = new ScriptedServer();
        await using var third = new ScriptedServer();
        var observer = new RecordingObserver();
        var options = TestConnections.Options(first.Url);
        options.Observer = observer;
        await using var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await first.LetInAsync($"\"connect_urls\":[\"{first.Authority}\",\"{second.Authority}\",\"rubbish\",\"[::1]:1\"]");
        await connecting;
        await peer.SendInfoAsync($"\"connect_urls\":[\"{first.Authority}\",\"{third.Authority}\"]");
        await peer.SendAsync("PING\r\n");
        await peer.ReadUntilAsync("PONG");
        peer.Dispose();
        await third.LetInAsync();
        await observer.WaitForConnectsAsync(2);
        Assert.Equal(third.Authority, connection.Server!.Address);
    }

    [Fact]
    public async Task SubscriptionsWithAMax_askANewServerForTheRest()
    {
        await using var server = new ScriptedServer();
        var (connection, observer, peer) = await ConnectAsync(server);
        await using var owned = connection;
        var handler = new CollectingHandler();
        connection.Subscribe("a", handler, "q", maxMessages: 5);
        Assert.Equal("SUB a q 1", await peer.ReadUntilAsync("SUB"));
        Assert.Equal("UNSUB 1 5", await peer.ReadUntilAsync("UNSUB"));
        await peer.SendAsync("MSG a 1 1\r\n0\r\nMSG a 1 1\r\n1\r\n");
        await handler.WaitForAsync(2);
        peer.Dispose();
        peer = await server.LetInAsync();
        await observer.WaitForConnectsAsync(2);
        Assert.Equal("SUB a q 1", await peer.ReadUntilAsync("SUB"));
        Assert.Equal("UNSUB 1 3", await peer.ReadUntilAsync("UNSUB"));

        // One more than asked for is not delivered.
        await peer.SendAsync("MSG a 1 1\r\n2\r\nMSG a 1 1\r\n3\r\nMSG a 1 1\r\n4\r\nMSG a 1 1\r\n5\r\nPING\r\n");
        await peer.ReadUntilAsync("PONG");
        Assert.Equal(["0", "1", "2", "3", "4"], handler.Payloads);
        await handler.Ended.Within();
    }

    [Fact]
    public async Task LameDuckThatDoesNotAnswer_isLeftAfterAWhile()
    {
        await using var server = new ScriptedServer();
        await using var other = new ScriptedServer();
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url, other.Url);
        options.Observer = observer;
        options.ConnectTimeout = TimeSpan.FromSeconds(1);
        await using var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.LetInAsync();
        await connecting;
        connection.Subscribe("a", new CollectingHandler());
        await peer.ReadUntilAsync("SUB");
        await peer.SendInfoAsync("\"ldm\":true");
        var next = await other.LetInAsync();
        Assert.Equal("UNSUB 1", await peer.ReadUntilAsync("UNSUB"));
        await observer.WaitForConnectsAsync(2);
        Assert.Equal("SUB a 1", await next.ReadUntilAsync("SUB"));
    }

    private static async Task<(NatsConnection Connection, RecordingObserver Observer, ScriptedPeer Peer)> ConnectAsync(ScriptedServer server)
    {
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.LetInAsync();
        await connecting;
        return (connection, observer, peer);
    }
}
