using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Faults.Tests.Proxies;

public sealed class TcpProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly TcpProxy _proxy = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _server.Start();
        _proxy.Target = ((IPEndPoint)_server.LocalEndpoint).Port;
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Whole_bytesAndEndsPassBothWays()
    {
        var (client, server) = await ConnectAsync();

        await client.SendAsync("up"u8.ToArray(), Stop);
        Assert.Equal("up"u8.ToArray(), await ReadAsync(server));
        await server.SendAsync("down"u8.ToArray(), Stop);
        Assert.Equal("down"u8.ToArray(), await ReadAsync(client));

        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ReadAsync(server));
        await server.SendAsync("late"u8.ToArray(), Stop);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("late"u8.ToArray(), await ReadAsync(client));
        Assert.Empty(await ReadAsync(client));
    }

    [Fact]
    public async Task Whole_muchMoreThanIsBuffered_arrivesUnchanged()
    {
        var (client, server) = await ConnectAsync();
        var sent = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(sent);

        var sending = client.SendAsync(sent, Stop);
        var received = new MemoryStream();
        while (received.Length < sent.Length)
            received.Write(await ReadAsync(server));

        Assert.Equal(sent.Length, await sending);
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task Cut_breaksBothSidesAndNewConnections_untilMended()
    {
        var (client, server) = await ConnectAsync();

        _proxy.Cut();
        await Assert.ThrowsAsync<SocketException>(() => ReadAsync(client));
        await Assert.ThrowsAsync<SocketException>(() => ReadAsync(server));
        await ExpectRefusalAsync();

        _proxy.Mend();
        await Whole_bytesAndEndsPassBothWays();
    }

    [Fact]
    public async Task Hold_oneWay_letsTheOtherPass_andGivesAllLater()
    {
        var (client, server) = await ConnectAsync();

        _proxy.Hold(Directions.Up);
        await client.SendAsync("held"u8.ToArray(), Stop);
        await server.SendAsync("passes"u8.ToArray(), Stop);
        Assert.Equal("passes"u8.ToArray(), await ReadAsync(client));
        var held = ReadAsync(server);
        Assert.False(held.IsCompleted);

        _proxy.Mend();
        Assert.Equal("held"u8.ToArray(), await held);
    }

    [Fact]
    public async Task Hold_thenCut_whatWasHeldIsLostWithItsConnection()
    {
        var (client, server) = await ConnectAsync();

        _proxy.Hold(Directions.Both);
        await client.SendAsync("held"u8.ToArray(), Stop);
        _proxy.Cut();
        _proxy.Mend();

        await Assert.ThrowsAsync<SocketException>(() => ReadAsync(server));
    }

    [Fact]
    public async Task Delay_bytesArriveInOrder_notBeforeTheirTime()
    {
        var (client, server) = await ConnectAsync();

        _proxy.Delay(TimeSpan.FromMilliseconds(100));
        var started = Stopwatch.GetTimestamp();
        var received = new List<byte>();
        for (byte i = 0; i < 5; i++)
        {
            await client.SendAsync(new[] { i }, Stop);
            received.AddRange(await ReadAsync(server));
        }

        Assert.Equal([0, 1, 2, 3, 4], received);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(5 * 49));
    }

    [Fact]
    public async Task Target_nobody_refuses_andLaterLeadsElsewhere()
    {
        var target = _proxy.Target;
        _proxy.Target = 0;
        await ExpectRefusalAsync();

        _proxy.Target = target;
        await Whole_bytesAndEndsPassBothWays();
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await DialAsync();
        return (client, await _server.AcceptSocketAsync(Stop).AsTask().WaitAsync(Patience, Stop));
    }

    // The connection breaks as soon as it is there, which the one who connects may see before or after.
    private Task<SocketException> ExpectRefusalAsync() => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var client = await DialAsync();
        await ReadAsync(client);
    });

    private async Task<Socket> DialAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _proxy.Port), Stop);
        return client;
    }

    private static async Task<byte[]> ReadAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        return buffer[..await socket.ReceiveAsync(buffer, Stop).AsTask().WaitAsync(Patience, Stop)];
    }
}
