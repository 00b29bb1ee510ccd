using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>
/// A client that does just what a test tells it: frames are written and shown as JSON, as in protocol/spec.md, whichever of the two
/// subprotocols is spoken. It answers pings, nothing else by itself. For one test thread.
/// </summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly RawSocket _socket;
    private readonly JsonFrames _json = new();
    private readonly Queue<JsonElement> _received = new();

    private TestClient(RawSocket socket, bool isJson)
    {
        _socket = socket;
        IsJson = isJson;
    }

    public bool IsJson { get; }

    /// <summary>Once the connection has ended: the code of the close frame, 1006 when there was none.</summary>
    public int? CloseCode { get; private set; }

    public static async Task<TestClient> ConnectAsync(GatewayProcess server, bool json, CancellationToken cancellationToken, int receiveBufferBytes = 0)
    {
        var socket = await RawSocket.ConnectAsync(server, cancellationToken, receiveBufferBytes);
        var protocol = json ? "gateway.v1.json" : "gateway.v1.msgpack";
        await socket.SendAsync(HandshakeCases.Request(("Sec-WebSocket-Protocol", protocol)).Replace("/echo", "/ws", StringComparison.Ordinal), cancellationToken);
        var head = await socket.ReadHeadAsync(cancellationToken);
        if (head?.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) != true || !head.Contains($"Sec-WebSocket-Protocol: {protocol}\r\n", StringComparison.Ordinal))
            throw new InvalidOperationException($"The upgrade was answered: {head}");
        return new TestClient(socket, json);
    }

    /// <summary>A connection that has said hello and been welcomed, as a user or as nobody.</summary>
    public static async Task<TestClient> EnterAsync(
        GatewayProcess server, bool json, string? user, CancellationToken cancellationToken, int receiveBufferBytes = 0)
    {
        var client = await ConnectAsync(server, json, cancellationToken, receiveBufferBytes);
        await client.SendAsync(user is null ? "[1,1]" : $"""[1,1,"{Tokens.Of(user)}"]""", cancellationToken);
        await client.ReceiveAsync((int)Op.Welcome, cancellationToken);
        return client;
    }

    /// <summary>Sends frames, written as JSON, in one WebSocket message.</summary>
    public Task SendAsync(string frames, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetBytes(frames);
        if (IsJson)
            return SendMessageAsync(text, cancellationToken);

        var output = new ArrayBufferWriter<byte>();
        if (_json.ToMessagePack(text, output) != JsonTranscodeStatus.Success)
            throw new ArgumentException($"This is no JSON array: {frames}", nameof(frames));
        return SendMessageAsync(output.WrittenSpan, cancellationToken);
    }

    /// <summary>Sends a WebSocket message of the subprotocol's type with any content.</summary>
    public Task SendMessageAsync(ReadOnlySpan<byte> content, CancellationToken cancellationToken) =>
        SendRawAsync(ClientFrames.Raw(IsJson ? ClientFrames.TextFrame : ClientFrames.BinaryFrame, content, ClientFrames.ExampleKey), cancellationToken);

    /// <summary>Sends bytes that need not be WebSocket frames.</summary>
    public Task SendRawAsync(byte[] bytes, CancellationToken cancellationToken) => _socket.SendAsync(bytes, cancellationToken);

    /// <summary>Ends the connection without a word.</summary>
    public void Reset() => _socket.Reset();

    /// <summary>The next frame; it must have this op.</summary>
    public async Task<JsonElement> ReceiveAsync(int op, CancellationToken cancellationToken)
    {
        var next = await TryReceiveAsync(cancellationToken)
            ?? throw new InvalidOperationException($"The connection ended with {CloseCode} instead of a frame of op {op}.");
        return next[0].GetInt32() == op ? next : throw new InvalidOperationException($"{next} came instead of a frame of op {op}.");
    }

    /// <summary>The next frame, of any op; null when the connection has ended.</summary>
    public async Task<JsonElement?> TryReceiveAsync(CancellationToken cancellationToken)
    {
        while (_received.Count == 0)
        {
            if (await ReceiveMessageAsync(cancellationToken) is not { } message)
                return null;
            foreach (var frame in ToElements(message))
                _received.Enqueue(frame);
        }

        return _received.Dequeue();
    }

    /// <summary>The content of the next WebSocket message as MessagePack frames, for tests that read many; null when the connection has ended.</summary>
    public async ValueTask<byte[]?> ReceiveMessageAsync(CancellationToken cancellationToken)
    {
        while (CloseCode is null)
        {
            switch (await _socket.ReadFrameAsync(cancellationToken))
            {
                case null:
                    CloseCode = 1006;
                    break;
                case { Opcode: WireFrame.Close } close:
                    CloseCode = close.CloseCode;
                    break;
                case { Opcode: WireFrame.Ping } ping:
                    await SendRawAsync(ClientFrames.Frame(ClientFrames.PongFrame, ping.Payload), cancellationToken);
                    break;
                case { Opcode: WireFrame.Pong }:
                    break;
                case { Fin: true } data when data.Opcode == (IsJson ? WireFrame.Text : WireFrame.Binary):
                    return IsJson ? ToMessagePack(data.Payload) : data.Payload;
                case var other:
                    throw new InvalidDataException($"The server sent a frame of opcode {other.Opcode} that this subprotocol has not.");
            }
        }

        return null;
    }

    /// <summary>Waits for the end of the connection; no frame may come before it.</summary>
    public async Task<int> ReceiveCloseAsync(CancellationToken cancellationToken)
    {
        if (_received.TryDequeue(out var left))
            throw new InvalidOperationException($"{left} came instead of a close frame.");
        return await ReceiveMessageAsync(cancellationToken) is { } message
            ? throw new InvalidOperationException($"{ToElements(message)[0]} came instead of a close frame.")
            : CloseCode!.Value;
    }

    /// <summary>Joins a room and returns what <c>joined</c> says: [6, id, room, number, epoch, offset, head, recovered].</summary>
    public async Task<JsonElement> JoinAsync(string room, CancellationToken cancellationToken, string position = "")
    {
        await SendAsync($"""[5,1,"{room}",0{position}]""", cancellationToken);
        return await ReceiveAsync((int)Op.Joined, cancellationToken);
    }

    /// <summary>Shows that the connection is well: it answers a ping.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await SendAsync("[24,77]", cancellationToken);
        var pong = await ReceiveAsync((int)Op.Pong, cancellationToken);
        Assert.Equal(77, pong[1].GetInt32());
    }

    public async ValueTask DisposeAsync()
    {
        _json.Dispose();
        await _socket.DisposeAsync();
    }

    private byte[] ToMessagePack(byte[] text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length);
        return _json.ToMessagePack(text, output) == JsonTranscodeStatus.Success
            ? output.WrittenSpan.ToArray()
            : throw new InvalidDataException($"The server sent what is no JSON frame: {Encoding.UTF8.GetString(text)}");
    }

    private List<JsonElement> ToElements(byte[] frames)
    {
        var output = new ArrayBufferWriter<byte>(frames.Length * 2);
        if (_json.ToJson(frames, output) != JsonTranscodeStatus.Success)
            throw new InvalidDataException($"The server sent what is no frame: {Convert.ToHexString(frames)}");
        var elements = new List<JsonElement>();
        foreach (var line in Encoding.UTF8.GetString(output.WrittenSpan).Split('\n'))
            elements.Add(JsonElement.Parse(line));
        return elements;
    }
}
