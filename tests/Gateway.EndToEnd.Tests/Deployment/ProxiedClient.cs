using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>A person behind a proxy, with a source address of his own: nginx chooses the node by it.</summary>
internal sealed class ProxiedClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _handler;

    private ProxiedClient(HttpMessageInvoker handler) => _handler = handler;

    /// <summary>The node that welcomed it.</summary>
    public string Node { get; private set; } = "";

    /// <summary>Requests that come from an address.</summary>
    public static SocketsHttpHandler HandlerFrom(IPAddress source) => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(source, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <exception cref="WebSocketException">The upgrade was refused.</exception>
    public static async Task<ProxiedClient> ConnectAsync(Uri proxy, IPAddress source, string user, CancellationToken cancellationToken)
    {
        var client = new ProxiedClient(new HttpMessageInvoker(HandlerFrom(source)));
        try
        {
            client._socket.Options.AddSubProtocol("gateway.v1.json");
            client._socket.Options.CollectHttpResponseDetails = true;
            await client._socket.ConnectAsync(new UriBuilder(proxy) { Scheme = "ws", Path = "/ws" }.Uri, client._handler, cancellationToken);
            await client.SendAsync($"""[1,1,"{Tokens.Of(user)}"]""", cancellationToken);
            client.Node = (await client.ReceiveAsync(2, cancellationToken))[8].GetString()!;
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Shows that the connection is well: it answers a ping.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await SendAsync("[24,77]", cancellationToken);
        Assert.Equal(77, (await ReceiveAsync(25, cancellationToken))[1].GetInt32());
    }

    public Task SendAsync(string frame, CancellationToken cancellationToken) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>The next frame of that op; others are passed over.</summary>
    public async Task<JsonElement> ReceiveAsync(int op, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var line in (await ReceiveTextAsync(cancellationToken) ?? throw new InvalidOperationException($"The connection ended: {_socket.CloseStatus}")).Split('\n'))
            {
                var frame = JsonElement.Parse(line);
                if (frame[0].GetInt32() == op)
                    return frame;
            }
        }
    }

    /// <summary>Waits until the connection is no more, however it ends.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReceiveTextAsync(cancellationToken) is not null)
            {
                // What still came before the end.
            }
        }
        catch (WebSocketException)
        {
            // It broke, as it does when a node is killed.
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _handler.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> ReceiveTextAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(message.ToArray());
        }
    }
}
