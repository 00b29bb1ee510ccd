using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.Sessions;

/// <summary>
/// Every close code of protocol/spec.md that one node can be brought to: the error in front of it where it has one, the code, and that the
/// next connection is welcome. 4101 cannot reach a client that takes nothing: see SlowConsumerTests; 4100: see DrainTests.
/// </summary>
public sealed class CloseTests(TestServers servers)
{
    public static TheoryData<int, string> BadFrames { get; } = new()
    {
        { 1002, "A reserved opcode" },
        { 1003, "A message of the wrong type" },
        { 1007, "Text that is not UTF-8" },
        { 1009, "A message over the limit" },
        { 1000, "A close of the client's" },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task A_violation_closes_with_its_code(int code, string name)
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        await using (var client = await TestClient.EnterAsync(server, json: true, null, deadline.Token))
        {
            await client.SendRawAsync(
                code switch
                {
                    1002 => ClientFrames.Frame(3, "x"),
                    1003 => ClientFrames.Binary([0x92, 24, 1]),
                    1007 => ClientFrames.Frame(ClientFrames.TextFrame, [0xFF]),
                    1009 => ClientFrames.Frame(ClientFrames.TextFrame, [], announced: 1024 * 1024 + 1),
                    _ => ClientFrames.Close(code, name),
                },
                deadline.Token);
            Assert.Equal(code, await client.ReceiveCloseAsync(deadline.Token));
        }

        await ExpectWelcomeAsync(server, deadline.Token);
    }

    [Theory]
    [InlineData("admin", 202)]
    [InlineData("service", 202)]
    [InlineData("", 403)]
    public async Task An_administrator_ends_a_users_connections_with_4002(string role, int status)
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        var user = $"kicked-by-{role}";
        await using var client = await TestClient.EnterAsync(server, json: true, user, deadline.Token);
        using var http = ServerHttp.Create(server);
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/users/{user}/connections");
        request.Headers.Authorization = new("Bearer", role.Length == 0 ? Tokens.Of("nobody") : Tokens.Of("boss", role));
        using var answer = await http.SendAsync(request, deadline.Token);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 202)
            Assert.Equal(4002, await client.ReceiveCloseAsync(deadline.Token));
        await ExpectWelcomeAsync(server, deadline.Token);
    }

    [Theory]
    [InlineData("garbage", ErrorCode.TokenInvalid)]
    [InlineData("tampered", ErrorCode.TokenInvalid)]
    [InlineData("expired", ErrorCode.TokenExpired)]
    public async Task A_hello_with_a_bad_token_is_told_why_and_closed_with_4000(string kind, ErrorCode error)
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        var good = Tokens.Of("mallory");
        var token = kind switch
        {
            "garbage" => "no.token.atall",
            "expired" => Tokens.Of("mallory", TimeSpan.FromMinutes(-1)),
            _ => good[..^4] + (good.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"),
        };
        await using (var client = await TestClient.ConnectAsync(server, json: false, deadline.Token))
        {
            // What is behind the hello must not be done.
            await client.SendAsync($"[1,1,\"{token}\"] [5,1,\"chat:a\",0]", deadline.Token);
            Assert.Equal((int)error, (await client.ReceiveAsync((int)Op.Error, deadline.Token))[2].GetInt32());
            Assert.Equal(4000, await client.ReceiveCloseAsync(deadline.Token));
        }

        await ExpectWelcomeAsync(server, deadline.Token);
    }

    [Fact]
    public async Task A_token_that_runs_out_closes_with_4001()
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        await using (var client = await TestClient.ConnectAsync(server, json: true, deadline.Token))
        {
            // Long enough for a busy machine to say hello with it; a token counts whole seconds.
            await client.SendAsync($"[1,1,\"{Tokens.Of("short-lived", TimeSpan.FromSeconds(6))}\"]", deadline.Token);
            await client.ReceiveAsync((int)Op.Welcome, deadline.Token);
            Assert.Equal(4001, await client.ReceiveCloseAsync(deadline.Token));
        }

        await ExpectWelcomeAsync(server, deadline.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_seventeenth_invalid_frame_closes_with_4003(bool json)
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        await using (var client = await TestClient.EnterAsync(server, json, null, deadline.Token))
        {
            for (var i = 0; i < 17; i++)
            {
                // The others are no sign of a broken client and do not count.
                await client.SendAsync("[5,1,\"cellar:a\",0]", deadline.Token);
                await client.ReceiveAsync((int)Op.Error, deadline.Token);
            }

            for (var i = 0; i < 17; i++)
            {
                await client.SendAsync((i % 3) switch { 0 => "[99,1]", 1 => "[]", _ => "[24]" }, deadline.Token);
                Assert.InRange((await client.ReceiveAsync((int)Op.Error, deadline.Token))[2].GetInt32(), 1000, 1002);
            }

            Assert.Equal(4003, await client.ReceiveCloseAsync(deadline.Token));
        }

        await ExpectWelcomeAsync(server, deadline.Token);
    }

    [Fact]
    public async Task A_version_nobody_speaks_is_1014_and_4004()
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        await using (var client = await TestClient.ConnectAsync(server, json: true, deadline.Token))
        {
            await client.SendAsync("[1,0]", deadline.Token);
            Assert.Equal((int)ErrorCode.UnsupportedVersion, (await client.ReceiveAsync((int)Op.Error, deadline.Token))[2].GetInt32());
            Assert.Equal(4004, await client.ReceiveCloseAsync(deadline.Token));
        }

        await ExpectWelcomeAsync(server, deadline.Token);
    }

    [Fact]
    public async Task A_connection_too_many_of_one_user_is_2001_and_4103_until_another_goes()
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        await using var first = await TestClient.EnterAsync(server, json: true, "crowd", deadline.Token);
        await using var second = await TestClient.EnterAsync(server, json: false, "crowd", deadline.Token);
        await using (var third = await TestClient.ConnectAsync(server, json: true, deadline.Token))
        {
            await third.SendAsync($"[1,1,\"{Tokens.Of("crowd")}\"]", deadline.Token);
            Assert.Equal((int)ErrorCode.RateLimited, (await third.ReceiveAsync((int)Op.Error, deadline.Token))[2].GetInt32());
            Assert.Equal(4103, await third.ReceiveCloseAsync(deadline.Token));
        }

        await first.PingAsync(deadline.Token);
        await second.SendRawAsync(ClientFrames.Close(1000), deadline.Token);
        Assert.Equal(1000, await second.ReceiveCloseAsync(deadline.Token));
        await WelcomeAtLastAsync(server, "crowd", deadline.Token);
    }

    [Fact]
    public async Task No_hello_in_time_closes_with_4104()
    {
        using var deadline = Deadline.Start();
        await using var client = await TestClient.ConnectAsync(await servers.ImpatientAsync(), json: true, deadline.Token);
        Assert.Equal(4104, await client.ReceiveCloseAsync(deadline.Token));
    }

    [Fact]
    public async Task A_client_that_does_not_answer_pings_is_closed_with_4102()
    {
        using var deadline = Deadline.Start();
        await using var socket = await RawSocket.ConnectAsync(await servers.ImpatientAsync(), deadline.Token);
        await socket.SendAsync(HandshakeCases.Request(), deadline.Token);
        Assert.StartsWith("HTTP/1.1 101 ", await socket.ReadHeadAsync(deadline.Token), StringComparison.Ordinal);
        Assert.Equal(WireFrame.Ping, (await socket.ReadFrameAsync(deadline.Token))?.Opcode);
        var close = await socket.ReadFrameAsync(deadline.Token);
        Assert.Equal((WireFrame.Close, 4102), (close?.Opcode, close?.CloseCode));
    }

    [Fact]
    public async Task A_request_that_does_not_end_is_answered_with_408()
    {
        using var deadline = Deadline.Start();
        await using var socket = await RawSocket.ConnectAsync(await servers.ImpatientAsync(), deadline.Token);
        await socket.SendAsync(HandshakeCases.Request()[..^2], deadline.Token);
        Assert.StartsWith("HTTP/1.1 408 ", await socket.ReadHeadAsync(deadline.Token), StringComparison.Ordinal);
        await socket.EndSendingAsync();
        await socket.DrainAsync(deadline.Token);
    }

    private static async Task ExpectWelcomeAsync(GatewayProcess server, CancellationToken cancellationToken)
    {
        await using var next = await TestClient.EnterAsync(server, json: true, null, cancellationToken);
        await next.PingAsync(cancellationToken);
    }

    // That a connection has gone is noticed by another lane: soon, but not at once.
    private static async Task WelcomeAtLastAsync(GatewayProcess server, string user, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var client = await TestClient.ConnectAsync(server, json: true, cancellationToken);
            await client.SendAsync($"[1,1,\"{Tokens.Of(user)}\"]", cancellationToken);
            var answer = await client.ReceiveMessageAsync(cancellationToken);
            if (answer is [_, (byte)Op.Welcome, ..])
                return;
        }
    }
}
