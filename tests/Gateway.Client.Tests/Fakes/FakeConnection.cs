using System.Net.WebSockets;
using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Tests.Fakes;

/// <summary>The server's side of one connection. Frames are lists of plain values, so that the tests do not trust the client's own frame code.</summary>
internal sealed class FakeConnection(WebSocket socket, string protocol, Action abort)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<List<object?>> _received = new();
    private readonly Lock _gate = new();
    private Task _sending = Task.CompletedTask;

    public string Protocol { get; } = protocol;

    public Task Ended => _ended.Task;

    /// <summary>What the client closed with; null while it has not.</summary>
    public WebSocketCloseStatus? ClosedWith => socket.CloseStatus;

    /// <summary>Reads hello and answers it.</summary>
    public async Task<List<object?>> WelcomeAsync(long expiresAt = 0, long time = 0, int heartbeat = 30_000)
    {
        var hello = await ExpectAsync(1);
        await SendAsync([2, 1, "c-1", "user-1", expiresAt, heartbeat, new object[] { 1_048_576, 262_144, 100, 128 }, time, "node-1"]);
        return hello;
    }

    /// <summary>The next frame, which must have this op. Pings in between are answered when <paramref name="op"/> is another.</summary>
    public async Task<List<object?>> ExpectAsync(int op)
    {
        while (true)
        {
            var frame = await ReceiveAsync() ?? throw new InvalidOperationException($"The client closed with {ClosedWith}; a frame of op {op} was expected.");
            if (Op(frame) == op)
                return frame;
            if (Op(frame) == 24)
                await SendAsync([25, frame[1], 0]);
            else
                throw new InvalidOperationException($"Op {Op(frame)} came; {op} was expected.");
        }
    }

    /// <summary>The next frame; null when the client has closed or the connection is gone.</summary>
    public async Task<List<object?>?> ReceiveAsync()
    {
        while (_received.Count == 0)
        {
            var message = await ReceiveMessageAsync();
            if (message is null)
                return null;
            for (var at = 0; at < message.Length;)
            {
                var reader = new MessagePackReader(message.AsSpan(at));
                if (!reader.TrySkip(out var raw))
                    throw new InvalidOperationException("The client sent bytes that are no MessagePack.");
                _received.Enqueue((List<object?>)Payload.Read(raw.ToArray())!);
                at += reader.Consumed;
            }
        }

        return _received.Dequeue();
    }

    /// <summary>The next message as text.</summary>
    public async Task<string> ReceiveTextAsync() =>
        Encoding.UTF8.GetString(await ReceiveMessageAsync() ?? throw new InvalidOperationException("The client closed; a text was expected."));

    public Task SendAsync(params object?[][] frames) => SendRawAsync(frames.SelectMany(frame => Payload.From(frame).ToArray()).ToArray());

    /// <summary>Sends after everything that was sent before, from whatever thread.</summary>
    public Task SendRawAsync(byte[] message, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        lock (_gate)
            return _sending = SendAfterAsync(_sending, message, type);
    }

    /// <summary>Reads a join and answers it.</summary>
    public async Task<List<object?>> JoinAsync(int number, long epoch, long offset, long head, bool recovered)
    {
        var join = await ExpectAsync(5);
        await SendAsync([6, join[1], join[2], number, epoch, offset, head, recovered]);
        return join;
    }

    /// <summary>Waits until the client has taken everything that was sent: a question is answered behind it.</summary>
    public async Task SettleAsync(GatewayClient client)
    {
        var asking = client.GetPresenceAsync("chat:1");
        var asked = await ExpectAsync(16);
        await SendAsync([17, asked[1], 1, 0, Array.Empty<object>(), true]);
        await asking.WaitAsync(FakeGateway.Patience);
    }

    public Task MessageAsync(int number, long offset, object? payload = null, string? conflationKey = null) =>
        SendAsync([11, number, offset, "e", payload ?? offset, null, 0, conflationKey]);

    public async Task CloseAsync(int code, string reason = "")
    {
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
        while (await ReceiveAsync() is not null)
        {
        }
    }

    /// <summary>Reads until the client's close frame, and answers it.</summary>
    public async Task<List<List<object?>>> ReadToCloseAsync()
    {
        var frames = new List<List<object?>>();
        while (await ReceiveAsync() is { } frame)
            frames.Add(frame);
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        _ended.TrySetResult();
        return frames;
    }

    /// <summary>Ends the TCP connection without a word.</summary>
    public void Cut()
    {
        try
        {
            abort();
        }
        catch (ObjectDisposedException)
        {
            // Gone already.
        }

        _ended.TrySetResult();
    }

    public static int Op(List<object?> frame) => (int)(long)frame[0]!;

    private async Task SendAfterAsync(Task before, byte[] message, WebSocketMessageType type)
    {
        await before;
        await socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
    }

    private async Task<byte[]?> ReceiveMessageAsync()
    {
        using var patience = new CancellationTokenSource(FakeGateway.Patience);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            WebSocketReceiveResult result;
            try
            {
                result = await socket.ReceiveAsync(buffer, patience.Token);
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or InvalidOperationException)
            {
                _ended.TrySetResult();
                return null;
            }

            if (result.MessageType == WebSocketMessageType.Close)
            {
                if (socket.State is WebSocketState.Closed)
                    _ended.TrySetResult();
                return null;
            }

            whole.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
                return whole.ToArray();
        }
    }
}
