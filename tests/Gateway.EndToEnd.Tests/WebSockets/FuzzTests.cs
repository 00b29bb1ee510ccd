using System.Globalization;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>Noise and changed bytes in random pieces on every door of the port: nothing hangs, nothing stays, the server is as well afterwards as before.</summary>
public sealed class FuzzTests
{
    private const int ConnectionCount = 450;
    private const int MaxConcurrent = 24;
    private const long MaxGrownBytes = 200_000_000;

    [Fact]
    public async Task Hostile_bytes_leave_the_server_as_it_was()
    {
        var seed = Environment.GetEnvironmentVariable("GATEWAY_FUZZ_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"GATEWAY_FUZZ_SEED={seed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"GATEWAY_FUZZ_SEED={seed}");
        using var deadline = Deadline.Start(180);
        await using var server = await TestServers.StartOwnAsync("--Gateway:Limits:CloseTimeout=00:00:01");
        using var http = ServerHttp.Create(server);

        // The first part warms the server up; what it holds after the second is compared with that.
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = deadline.Token };
        await Parallel.ForAsync(0, ConnectionCount / 3, options, async (i, token) => await AttackAsync(server, new Random(seed + i), token));
        var before = server.ResidentBytes;
        await Parallel.ForAsync(ConnectionCount / 3, ConnectionCount, options, async (i, token) => await AttackAsync(server, new Random(seed + i), token));

        await Metrics.WaitAsync(http, "gateway_connections_active", count => count == 0, deadline.Token);
        using var health = await http.GetAsync(new Uri("/health/live", UriKind.Relative), deadline.Token);
        Assert.True(health.IsSuccessStatusCode);
        foreach (var json in new[] { true, false })
        {
            await using var client = await TestClient.EnterAsync(server, json, "fresh", deadline.Token);
            var log = await RoomLog.JoinAsync(client, "chat:after", deadline.Token);
            await client.SendAsync("[9,0,\"chat:after\",\"e\",1]", deadline.Token);
            var message = await client.ReceiveAsync(11, deadline.Token);
            Assert.Equal(log.Offset + 1, message[2].GetInt64());
        }

        var grown = server.ResidentBytes - before;
        Assert.True(grown < MaxGrownBytes, $"The server grew by {grown:N0} bytes.");
        var said = await server.StopAsync();
        var faults = said.Split('\n').Where(line => line.Contains("\"level\":\"error\"", StringComparison.OrdinalIgnoreCase) || line.Contains("Unhandled exception", StringComparison.Ordinal)).ToList();
        Assert.True(faults.Count == 0, $"{faults.Count} faults, such as {string.Join('\n', faults.Take(5))}");
    }

    private static async Task AttackAsync(GatewayProcess server, Random random, CancellationToken cancellationToken)
    {
        await using var socket = await RawSocket.ConnectAsync(server, cancellationToken);
        byte[] bytes;
        switch (random.Next(4))
        {
            case 0:
                bytes = FuzzInput.Http(random);
                break;
            case 1:
                await UpgradeAsync(socket, "/echo", ("Sec-WebSocket-Extensions", random.Next(2) == 0 ? "permessage-deflate" : null), cancellationToken);
                bytes = FuzzInput.WebSocketStream(random, echo: true, json: true);
                break;
            default:
                var json = random.Next(2) == 0;
                await UpgradeAsync(socket, "/ws", ("Sec-WebSocket-Protocol", json ? "gateway.v1.json" : "gateway.v1.msgpack"), cancellationToken);
                if (random.Next(4) > 0)
                    await socket.SendAsync(json ? ClientFrames.Text("[1,1]") : ClientFrames.Binary([0x92, 1, 1]), cancellationToken);
                bytes = FuzzInput.WebSocketStream(random, echo: false, json);
                break;
        }

        // Read meanwhile, so that nobody waits for the other; then leave in one of the ways in which clients leave.
        var reading = socket.DrainAsync(cancellationToken);
        await socket.SendInPiecesAsync(FuzzInput.Chunks(bytes, random), cancellationToken);
        if (random.Next(3) == 0)
        {
            socket.Reset();
            return;
        }

        await socket.EndSendingAsync();
        await reading;
    }

    private static async Task UpgradeAsync(RawSocket socket, string path, (string Name, string? Value) header, CancellationToken cancellationToken)
    {
        await socket.SendAsync(HandshakeCases.Request(header).Replace("/echo", path, StringComparison.Ordinal), cancellationToken);
        var head = await socket.ReadHeadAsync(cancellationToken);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
    }
}
