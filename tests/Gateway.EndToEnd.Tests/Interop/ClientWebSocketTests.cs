using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Interop;

/// <summary>The client that comes with .NET.</summary>
public sealed class ClientWebSocketTests(TestServers servers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientWebSocket_gets_its_messages_back_from_echo(bool deflate)
    {
        using var deadline = Deadline.Start();
        using var socket = new ClientWebSocket();
        if (deflate)
            socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await EchoAsync(socket, await servers.PlainAsync(), deadline.Token);
    }

    [Fact]
    public async Task ClientWebSocket_gets_its_messages_back_over_Tls()
    {
        using var deadline = Deadline.Start();
        using var socket = new ClientWebSocket();
        var server = await servers.TlsAsync();
        Assert.NotNull(server.CertificateFile);
        await EchoAsync(socket, server, deadline.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientWebSocket_joins_publishes_and_is_answered(bool json)
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        using var socket = new ClientWebSocket();
        using var translation = new JsonFrames();
        socket.Options.AddSubProtocol(json ? "gateway.v1.json" : "gateway.v1.msgpack");

        // The token in the handshake instead of the hello.
        socket.Options.SetRequestHeader("Authorization", "Bearer " + Tokens.Of("dotnet"));
        await ConnectAsync(socket, server, "/ws", deadline.Token);
        var room = "chat:dotnet-" + Guid.NewGuid().ToString("N");

        await SendAsync("[1,1]");
        Assert.Equal("dotnet", (await ReceiveAsync((int)Op.Welcome))[3].GetString());
        await SendAsync($"[5,1,\"{room}\",0]");
        var joined = await ReceiveAsync((int)Op.Joined);
        await SendAsync($"[9,0,{joined[3].GetInt32()},\"say\",{{\"a\":[1,2]}}]");
        var message = await ReceiveAsync((int)Op.Message);
        Assert.Equal((1, "say", """{"a":[1,2]}""", "dotnet"), (message[2].GetInt32(), message[3].GetString(), message[4].GetRawText(), message[5].GetString()));
        await SendAsync($"[7,2,\"{room}\"]");
        await ReceiveAsync((int)Op.Ok);
        await SendAsync($"[9,3,\"{room}\",\"say\",1]");
        var ack = await ReceiveAsync((int)Op.Ack);
        Assert.Equal((3, 2), (ack[1].GetInt32(), ack[3].GetInt32()));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", deadline.Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);

        async Task SendAsync(string frame)
        {
            ReadOnlyMemory<byte> content = Encoding.UTF8.GetBytes(frame);
            if (!json)
            {
                var packed = new ArrayBufferWriter<byte>();
                translation.ToMessagePack(content.Span, packed);
                content = packed.WrittenMemory;
            }

            await socket.SendAsync(content, json ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, deadline.Token);
        }

        async Task<JsonElement> ReceiveAsync(int op)
        {
            var (type, content) = await ReceiveMessageAsync(socket, deadline.Token);
            Assert.Equal(json ? WebSocketMessageType.Text : WebSocketMessageType.Binary, type);
            if (!json)
            {
                var text = new ArrayBufferWriter<byte>();
                translation.ToJson(content, text);
                content = text.WrittenSpan.ToArray();
            }

            var frame = JsonElement.Parse(content);
            Assert.Equal(op, frame[0].GetInt32());
            return frame;
        }
    }

    private static async Task ConnectAsync(ClientWebSocket socket, GatewayProcess server, string path, CancellationToken cancellationToken)
    {
        if (server.CertificateFile is { } file)
        {
            using var expected = X509CertificateLoader.LoadCertificateFromFile(file);
            var pinned = expected.RawData;
            socket.Options.RemoteCertificateValidationCallback = (_, actual, _, _) => actual is not null && actual.GetRawCertData().AsSpan().SequenceEqual(pinned);
        }

        var scheme = server.CertificateFile is null ? "ws" : "wss";
        await socket.ConnectAsync(new Uri($"{scheme}://127.0.0.1:{server.Address.Port}{path}"), cancellationToken);
    }

    private static async Task EchoAsync(ClientWebSocket socket, GatewayProcess server, CancellationToken cancellationToken)
    {
        await ConnectAsync(socket, server, "/echo", cancellationToken);
        foreach (var length in new[] { 0, 1, 125, 126, 65_535, 65_536, 500_000 })
        {
            var message = new byte[length];
            for (var i = 0; i < length; i++)
                message[i] = (byte)('a' + (i * 7919 >> 4) % 26);
            foreach (var type in new[] { WebSocketMessageType.Binary, WebSocketMessageType.Text })
            {
                // In two fragments.
                await socket.SendAsync(message.AsMemory(0, length / 2), type, endOfMessage: false, cancellationToken);
                await socket.SendAsync(message.AsMemory(length / 2), type, endOfMessage: true, cancellationToken);
                var (gotType, got) = await ReceiveMessageAsync(socket, cancellationToken);
                Assert.Equal(type, gotType);
                Assert.True(got.AsSpan().SequenceEqual(message));
            }
        }

        await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "enough", cancellationToken);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
    }

    private static async Task<(WebSocketMessageType Type, byte[] Content)> ReceiveMessageAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await socket.ReceiveAsync(content.GetMemory(16 * 1024), cancellationToken);
            content.Advance(part.Count);
            if (part.EndOfMessage)
                return (part.MessageType, content.WrittenSpan.ToArray());
        }
    }
}
