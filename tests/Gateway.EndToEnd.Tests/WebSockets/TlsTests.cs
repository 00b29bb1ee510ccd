using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>TLS on the lanes' own sockets, in a real server.</summary>
public sealed class TlsTests
{
    private const int RoundCount = 1200;
    private const int MaxConcurrent = 16;
    private const long MaxGrownBytes = 60_000_000;

    [Fact]
    public async Task Clients_that_come_and_go_in_every_way_leave_no_session_and_no_memory()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GATEWAY_TEST_TRANSPORT") is null or "LaneSocket", "pipes have .NET's TLS.");
        var seed = Environment.GetEnvironmentVariable("GATEWAY_FUZZ_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"GATEWAY_FUZZ_SEED={seed}");
        using var deadline = Deadline.Start(180);
        await using var server = TestServers.IsTls ? await TestServers.StartOwnAsync() : await TestServers.StartOwnAsync("--tls");
        using var http = ServerHttp.Create(server);
        await ComeAndGoAsync(server, seed, 0, RoundCount / 3, deadline.Token);
        var before = server.ResidentBytes;
        await ComeAndGoAsync(server, seed, RoundCount / 3, RoundCount, deadline.Token);

        // The connection that asks is one itself.
        await Metrics.WaitAsync(http, "gateway_tls_sessions", static count => count == 1, deadline.Token);
        var grown = server.ResidentBytes - before;
        Assert.True(grown < MaxGrownBytes, $"The server grew by {grown:N0} bytes.");
    }

    private static Task ComeAndGoAsync(GatewayProcess server, int seed, int from, int to, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = cancellationToken };
        return Parallel.ForAsync(from, to, options, async (i, token) =>
        {
            var random = new Random(seed + i);
            switch (random.Next(5))
            {
                case 0:
                    await LeaveInTheHandshakeAsync(server, random, token);
                    break;
                case 1:
                    await using (await RawSocket.ConnectAsync(server, token))
                    {
                        // Says nothing.
                    }

                    break;
                case 2:
                    await using (var client = await RawSocket.ConnectAsync(server, token))
                    {
                        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", token);
                        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(token), StringComparison.Ordinal);
                    }

                    break;
                default:
                    await using (var client = await RawSocket.ConnectAsync(server, token))
                    {
                        await client.SendAsync(HandshakeCases.Request(), token);
                        Assert.StartsWith("HTTP/1.1 101 ", await client.ReadHeadAsync(token), StringComparison.Ordinal);
                        if (random.Next(2) == 0)
                            client.Reset();
                    }

                    break;
            }
        });
    }

    // The beginning of a ClientHello, then nothing, an end or a reset.
    private static async Task LeaveInTheHandshakeAsync(GatewayProcess server, Random random, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Address.Port), cancellationToken);
        await socket.SendAsync(new byte[] { 0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3 }.AsMemory(0, random.Next(1, 12)), cancellationToken);
        if (random.Next(2) == 0)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}
