using System.Text;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.WebSockets;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>Upgrades on a TCP connection that has carried HTTP before, as a proxy that keeps connections alive sends them.</summary>
public sealed class KeptAliveUpgradeTests(TestServers servers)
{
    private const string Upgrade =
        "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Fact]
    public async Task Upgrade_behind_an_http_request_is_taken()
    {
        using var deadline = Deadline.Start();
        await using var socket = await AfterARequestAsync(deadline.Token);
        await socket.SendAsync(Upgrade + "Sec-WebSocket-Version: 13\r\n\r\n", deadline.Token);
        var head = await socket.ReadHeadAsync(deadline.Token);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head, StringComparison.Ordinal); // RFC 6455, 1.3

        await socket.SendAsync(Masked(Opcode.Text, "once more"u8), deadline.Token);
        var echo = await socket.ReadFrameAsync(deadline.Token);
        Assert.Equal((WireFrame.Text, "once more"), (echo!.Opcode, Encoding.UTF8.GetString(echo.Payload)));
        await socket.SendAsync(Masked(Opcode.Close, [0x03, 0xE8]), deadline.Token);
        var close = await socket.ReadFrameAsync(deadline.Token);
        Assert.Equal((WireFrame.Close, 1000), (close!.Opcode, close.CloseCode));
        Assert.Null(await socket.ReadFrameAsync(deadline.Token));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 8\r\n\r\n", "HTTP/1.1 426 ")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", "HTTP/1.1 400 ")]
    public async Task Upgrade_that_is_wrong_is_refused_as_on_a_fresh_connection(string rest, string expected)
    {
        using var deadline = Deadline.Start();
        await using var socket = await AfterARequestAsync(deadline.Token);
        await socket.SendAsync(Upgrade + rest, deadline.Token);
        Assert.StartsWith(expected, await socket.ReadHeadAsync(deadline.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_request_to_the_gateways_path_is_told_to_upgrade()
    {
        using var deadline = Deadline.Start();
        await using var socket = await RawSocket.ConnectAsync(await servers.PlainAsync(), deadline.Token);
        await socket.SendAsync("GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n", deadline.Token);
        var head = await socket.ReadHeadAsync(deadline.Token);
        Assert.StartsWith("HTTP/1.1 426 ", head, StringComparison.Ordinal);
        Assert.Contains("Upgrade: websocket", head, StringComparison.Ordinal);
    }

    private static byte[] Masked(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameWriter.MaxClientHeaderBytes + payload.Length];
        var header = FrameWriter.WriteMaskedHeader(frame, opcode, payload.Length, maskKey: 0);
        payload.CopyTo(frame.AsSpan(header));
        return frame[..(header + payload.Length)];
    }

    // A HEAD request: its answer has no body to read past.
    private async Task<RawSocket> AfterARequestAsync(CancellationToken cancellationToken)
    {
        var socket = await RawSocket.ConnectAsync(await servers.PlainAsync(), cancellationToken);
        await socket.SendAsync("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", cancellationToken);
        Assert.StartsWith("HTTP/1.1 ", await socket.ReadHeadAsync(cancellationToken), StringComparison.Ordinal);
        return socket;
    }
}
