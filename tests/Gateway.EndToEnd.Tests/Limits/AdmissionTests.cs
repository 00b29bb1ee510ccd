using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>Who is not let in by the real server, what it is told, and that it is let in when the reason is gone; over both transports.</summary>
public sealed class AdmissionTests
{
    private const string Upgrade =
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: gateway.v1.json\r\n\r\n";

    public static TheoryData<string> Transports => ["Pipe", "LaneSocket"];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_connection_too_many_is_503_with_a_time_to_come_back_until_another_goes(string transport)
    {
        using var deadline = Deadline.Start();
        await using var server = await StartAsync(transport, "--Gateway:Limits:MaxConnections=2");
        await using var first = await TestClient.EnterAsync(server, json: true, user: null, deadline.Token);
        await using (await TestClient.EnterAsync(server, json: true, user: null, deadline.Token))
        {
            await ExpectRefusalAsync(server, 503, hasRetryAfter: true, deadline.Token);
        }

        using var http = ServerHttp.Create(server);
        await Metrics.WaitAsync(http, "gateway_connections_active", static count => count < 2, deadline.Token);
        await using var third = await TestClient.EnterAsync(server, json: true, user: null, deadline.Token);
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_limits_hits_total{limit=\"MaxConnections\"}", deadline.Token));
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_limits_saturation{limit=\"MaxConnections\"}", deadline.Token));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Handshakes_of_one_address_beyond_their_rate_are_429_with_a_time_to_come_back(string transport)
    {
        using var deadline = Deadline.Start();

        // One a minute is not to be had; one a second, of which a minute's worth may be used at once, and used up.
        await using var server = await StartAsync(transport, "--Gateway:Limits:HandshakesPerSecondPerAddress=1", "--Gateway:Limits:RateBurst=00:01:00");
        var statuses = new List<int>();
        while (!statuses.Contains(429) && statuses.Count < 1000)
            statuses.Add((await AskAsync(server, deadline.Token)).Status);
        Assert.Equal(429, statuses[^1]);
        Assert.True(statuses.Count > 60);
        Assert.All(statuses[..60], static status => Assert.Equal(101, status));
        await ExpectRefusalAsync(server, 429, hasRetryAfter: true, deadline.Token);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task An_address_that_is_denied_is_403_on_every_path_but_the_ones_that_watch(string transport)
    {
        using var deadline = Deadline.Start();
        await using var server = await StartAsync(transport, "--Gateway:Limits:DeniedAddresses:0=127.0.0.0/8");
        await ExpectRefusalAsync(server, 403, hasRetryAfter: false, deadline.Token);
        using var http = ServerHttp.Create(server);
        Assert.Equal(403, (int)(await http.GetAsync(new Uri("/jobs", UriKind.Relative), deadline.Token)).StatusCode);
        Assert.Equal(200, (int)(await http.GetAsync(new Uri("/health/ready", UriKind.Relative), deadline.Token)).StatusCode);
        Assert.True(await Metrics.ReadAsync(http, "gateway_limits_hits_total{limit=\"DeniedAddresses\"}", deadline.Token) >= 2);
    }

    [Fact]
    public async Task Above_the_high_water_nobody_new_is_let_in_and_idle_anonymous_connections_go()
    {
        using var deadline = Deadline.Start();
        await using var server = await StartAsync("LaneSocket", "--Gateway:Limits:ShedIdleTime=00:00:01", "--Gateway:Limits:HeartbeatInterval=01:00:00");
        using var http = SignIn(server);
        await using var nobody = await TestClient.EnterAsync(server, json: true, user: null, deadline.Token);
        await using var somebody = await TestClient.EnterAsync(server, json: true, user: "ann", deadline.Token);

        // The server takes more than 64 MiB by itself: with that as the bound it is above every mark.
        await PatchAsync(http, """{"MaxMemoryBytes":67108864}""", deadline.Token);
        Assert.Equal(4103, (await nobody.ReceiveAsync((int)Op.Goaway, deadline.Token))[1].GetInt32());
        Assert.Equal(4103, await nobody.ReceiveCloseAsync(deadline.Token));
        await ExpectRefusalAsync(server, 503, hasRetryAfter: true, deadline.Token);
        await somebody.PingAsync(deadline.Token);
        Assert.True(await Metrics.ReadAsync(http, "gateway_limits_saturation{limit=\"MemoryHighWaterPercent\"}", deadline.Token) > 1);

        await PatchAsync(http, """{"MaxMemoryBytes":null}""", deadline.Token);
        await Metrics.WaitAsync(http, "gateway_limits_saturation{limit=\"MemoryHighWaterPercent\"}", static saturation => saturation < 0.9, deadline.Token);
        await using var again = await TestClient.EnterAsync(server, json: true, user: null, deadline.Token);
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_limits_hits_total{limit=\"ShedIdleTime\"}", deadline.Token));
    }

    [Fact]
    public async Task A_client_that_goes_on_beyond_its_rate_is_told_then_closed_with_4106_and_seen_in_the_flight_recorder()
    {
        using var deadline = Deadline.Start();
        await using var server = await StartAsync(
            "LaneSocket", "--Gateway:Limits:MessagesPerSecond=50", "--Gateway:Limits:RateTolerance=00:00:00.500", "--Gateway:Flights:Enabled=true");
        await using (var client = await TestClient.EnterAsync(server, json: true, user: null, deadline.Token))
        {
            var flood = string.Concat(Enumerable.Repeat("[24,7]", 200));
            await client.SendAsync(flood, deadline.Token);
            JsonElement error;
            do
                error = (await client.TryReceiveAsync(deadline.Token))!.Value;
            while (error[0].GetInt32() == (int)Op.Pong);
            Assert.Equal((7, (int)ErrorCode.RateLimited), (error[1].GetInt32(), error[2].GetInt32()));
            Assert.InRange(error[4].GetInt32(), 1, 20);
            var closed = ReadToEndAsync(client, deadline.Token);
            try
            {
                while (!closed.IsCompleted)
                {
                    await client.SendAsync(flood, deadline.Token);
                    await Task.Yield();
                }
            }
            catch (IOException)
            {
                // The server has had enough.
            }

            Assert.Equal(4106, await closed);
        }

        using var http = SignIn(server);
        await Metrics.WaitAsync(http, "gateway_connections_active", static count => count == 0, deadline.Token);
        var seen = JsonDocument.Parse(await http.GetStringAsync(new Uri("/admin/flights", UriKind.Relative), deadline.Token)).RootElement;
        var flight = seen.GetProperty("flights")[0];
        Assert.Equal((true, 4106, 64), (seen.GetProperty("enabled").GetBoolean(), flight.GetProperty("code").GetInt32(), flight.GetProperty("frames").GetArrayLength()));
        Assert.Contains(flight.GetProperty("frames").EnumerateArray(), static frame => frame.GetProperty("direction").GetString() == "in" && frame.GetProperty("op").GetString() == "ping");
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_limits_hits_total{limit=\"RateTolerance\"}", deadline.Token));
    }

    private static Task<GatewayProcess> StartAsync(string transport, params string[] settings) =>
        TestServers.StartOwnAsync([$"--Gateway:Connections:Transport={transport}", .. settings]);

    private static async Task<int?> ReadToEndAsync(TestClient client, CancellationToken cancellationToken)
    {
        while (await client.TryReceiveAsync(cancellationToken) is not null)
        {
        }

        return client.CloseCode;
    }

    private static HttpClient SignIn(GatewayProcess server)
    {
        var http = ServerHttp.Create(server);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("root", "admin"));
        return http;
    }

    private static async Task PatchAsync(HttpClient http, string body, CancellationToken cancellationToken)
    {
        using var response = await http.PatchAsync(new Uri("/admin/limits", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static async Task ExpectRefusalAsync(GatewayProcess server, int status, bool hasRetryAfter, CancellationToken cancellationToken)
    {
        var (actual, head) = await AskAsync(server, cancellationToken);
        Assert.True(actual == status, head);
        var retryAfter = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Retry-After: ", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(hasRetryAfter, retryAfter is not null);
        if (hasRetryAfter)
            Assert.InRange(int.Parse(retryAfter!["Retry-After: ".Length..], CultureInfo.InvariantCulture), 1, 60);
    }

    private static async Task<(int Status, string Head)> AskAsync(GatewayProcess server, CancellationToken cancellationToken)
    {
        await using var socket = await RawSocket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(Upgrade, cancellationToken);
        var head = await socket.ReadHeadAsync(cancellationToken) ?? "";
        return (int.Parse(head.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture), head);
    }
}
