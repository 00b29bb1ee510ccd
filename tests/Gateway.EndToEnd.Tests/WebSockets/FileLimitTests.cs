using System.Diagnostics;
using System.Globalization;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.WebSockets;

public sealed class FileLimitTests
{
    // Of which the runtime may want one or two for itself meanwhile.
    private const int FreeFiles = 12;
    private const int ClientCount = 40;
    private const int SpareFiles = 100;

    private const int GoneCount = 10;

    // The first that the second address of localhost takes, and what the runtime wants for itself meanwhile, or gives back.
    private const int MaxOwn = 5;

    [Fact]
    public async Task Accept_noFilesAreLeft_waitsWithoutSpinningAndGoesOnWhenSomeAre()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("GATEWAY_TEST_TRANSPORT") is null or "LaneSocket", "what happens at the limit of files is Kestrel's own affair on pipes.");
        using var deadline = Deadline.Start();
        await using var server = await TestServers.StartOwnAsync($"--Gateway:Limits:SpareFiles={SpareFiles}");
        using var http = ServerHttp.Create(server);
        await Metrics.ReadAsync(http, "gateway_connections_active", deadline.Token);
        var files = CountFiles(server) + FreeFiles + SpareFiles;
        using (var prlimit = Process.Start("prlimit", ["--pid", server.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={files}:"]))
        {
            await prlimit.WaitForExitAsync(deadline.Token);
            Assert.Equal(0, prlimit.ExitCode);
        }

        var started = Stopwatch.GetTimestamp();
        using var mayGo = new SemaphoreSlim(0);
        var clients = Enumerable.Range(0, ClientCount).Select(_ => EnterAsync(server, mayGo, deadline.Token)).ToList();

        // In the third pause nobody who was taken is under way any more, as a rule.
        const string Exhausted = "gateway_accept_files_exhausted_total";
        const string Active = "gateway_connections_active";
        var pauses = 0d;
        await PassPausesAsync();
        var place = await Metrics.ReadAsync(http, Active, deadline.Token);
        for (var gone = 1; gone <= GoneCount; gone++)
        {
            // Those that the node wants for itself are left, and who goes makes place for one other.
            Assert.InRange(CountFiles(server), 1, files - SpareFiles + MaxOwn);
            mayGo.Release();
            await PassPausesAsync();
            Assert.InRange(await Metrics.ReadAsync(http, Active, deadline.Token), 1, place + MaxOwn);
        }

        mayGo.Release(ClientCount);
        await Task.WhenAll(clients);

        // Two addresses of localhost could not pause more often than every 100 ms each: a loop that spins gets here with thousands.
        var attempts = await Metrics.ReadAsync(http, Exhausted, deadline.Token);
        Assert.InRange(attempts, 1, (2 * Stopwatch.GetElapsedTime(started).TotalMilliseconds / 100) + 5);

        async Task PassPausesAsync()
        {
            await Metrics.WaitAsync(http, Exhausted, count => count > pauses + 4, deadline.Token);
            pauses = await Metrics.ReadAsync(http, Exhausted, deadline.Token);
        }
    }

    private static int CountFiles(GatewayProcess server) => Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd").Length;

    // Stays until it may go. Over TLS one that waits to be accepted waits in its handshake.
    private static async Task EnterAsync(GatewayProcess server, SemaphoreSlim mayGo, CancellationToken cancellationToken)
    {
        await using var client = await RawSocket.ConnectAsync(server, cancellationToken);
        await client.SendAsync(
            "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            cancellationToken);
        Assert.StartsWith("HTTP/1.1 101 ", await client.ReadHeadAsync(cancellationToken), StringComparison.Ordinal);
        await mayGo.WaitAsync(cancellationToken);
    }
}
