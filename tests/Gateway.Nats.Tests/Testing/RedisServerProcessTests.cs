using System.Net.Sockets;
using System.Text;
using Gateway.Nats.Tests.Support;
using Gateway.Testing;

namespace Gateway.Nats.Tests.Testing;

/// <summary>The servers that several test projects start do what is said of them. nats-server's is shown by all other tests here.</summary>
public sealed class RedisServerProcessTests
{
    [Fact]
    public async Task Restart_keepsPortAndData_afterAStopInGoodOrder()
    {
        await using var redis = await RedisServerProcess.StartAsync(["--appendonly", "yes"], Deadline.Token);
        var port = redis.Port;
        Assert.Equal("+OK", await AskAsync(port, "SET a 1"));
        await redis.StopAsync();
        await Assert.ThrowsAnyAsync<SocketException>(() => AskAsync(port, "PING"));
        await redis.RestartAsync(Deadline.Token);
        Assert.Equal(port, redis.Port);
        Assert.Equal("$1", await AskAsync(port, "GET a"));
        await redis.PauseAsync();
        var paused = AskAsync(port, "PING");
        await redis.ResumeAsync();
        Assert.Equal("+PONG", await paused);
    }

    [Fact]
    public async Task Start_thatFails_saysWhatTheServerWrote()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => RedisServerProcess.StartAsync(["--no-such-option", "x"], Deadline.Token));
        Assert.Contains("no-such-option", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(int port, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Deadline.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), Deadline.Token);
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadLineAsync(Deadline.Token))!;
    }
}
