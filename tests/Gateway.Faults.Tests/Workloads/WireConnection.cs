using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Faults.Tests.Nodes;
using Gateway.Protocol.Frames;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>One WebSocket to a node, with nothing of the SDK: what comes is shown as it comes. It asks whether the node is there when it has heard nothing for a while.</summary>
/// <remarks>Frames are handled on the loop of <see cref="RunAsync"/>. Sending and aborting: from any thread.</remarks>
internal sealed class WireConnection : IDisposable
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _aborted = new();
    private readonly TimeSpan _patience;
    private byte[] _buffer = new byte[16 * 1024];
    private long _heardAt = Stopwatch.GetTimestamp();
    private long _pingedAt;

    private WireConnection(NodeSlot slot, TimeSpan patience)
    {
        Slot = slot;
        _patience = patience;
    }

    public NodeSlot Slot { get; }

    public long OpenedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Connects and says hello.</summary>
    /// <param name="slot">Where to.</param>
    /// <param name="user">As whom.</param>
    /// <param name="patience">How long the node may be silent before the connection is given up.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Null when there is no node that welcomes.</returns>
    public static async Task<WireConnection?> TryOpenAsync(NodeSlot slot, string user, TimeSpan patience, CancellationToken stop)
    {
        var connection = new WireConnection(slot, patience);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(OpenTimeout);
        try
        {
            connection._socket.Options.AddSubProtocol(SubProtocols.MessagePack);
            connection._socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            connection._socket.Options.Proxy = null;
            await connection._socket.ConnectAsync(slot.ClientUrl, limit.Token);
            await connection.SendAsync(output => WireFrames.Hello(output, Tokens.Of(user, TimeSpan.FromDays(1))), limit.Token);
            if (IsWelcome(await connection.ReceiveAsync(limit.Token)))
                return connection;
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or HttpRequestException)
        {
            // No node there, or none that takes connections.
        }

        connection.Dispose();
        return null;
    }

    /// <summary>Reads until the connection has ended, in whatever way.</summary>
    /// <param name="handler">Told each frame.</param>
    /// <param name="tick">Called every tenth of a second, beside the handler.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(FrameHandler handler, Action? tick, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _aborted.Token);
        var watching = WatchAsync(tick, either.Token);
        try
        {
            while (await ReceiveAsync(either.Token) is { } message)
                Take(message, handler);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The node, the line or we have ended it: aborting disposes of the socket.
        }
        finally
        {
            Abort();
            await watching;
        }
    }

    /// <summary>Sends frames in one WebSocket message. Whether they arrive is for the answers to say.</summary>
    public async Task TrySendAsync(Action<IBufferWriter<byte>> write)
    {
        try
        {
            await SendAsync(write, _aborted.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The receiving loop sees it, too.
        }
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Abort()
    {
        try
        {
            _aborted.Cancel();
            _socket.Abort();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _aborted.Dispose();
    }

    private static bool IsWelcome(ReadOnlyMemory<byte>? message) =>
        message is { } content && new FrameReader(content.Span) is var reader && reader.TryReadNext(out var frame) == FrameReadStatus.Frame && frame.Op == (int)Op.Welcome;

    private static void Take(ReadOnlyMemory<byte> message, FrameHandler handler)
    {
        var reader = new FrameReader(message.Span);
        while (reader.TryReadNext(out var frame) is var status && status != FrameReadStatus.End)
        {
            if (status != FrameReadStatus.Frame)
                throw new InvalidDataException($"The gateway sent what is no frame: {Convert.ToHexString(message.Span)}");
            handler(frame);
        }
    }

    private async Task SendAsync(Action<IBufferWriter<byte>> write, CancellationToken stop)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        await _sending.WaitAsync(stop);
        try
        {
            await _socket.SendAsync(output.WrittenMemory, WebSocketMessageType.Binary, endOfMessage: true, stop);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken stop)
    {
        for (var length = 0; ;)
        {
            var result = await _socket.ReceiveAsync(_buffer.AsMemory(length), stop);
            Volatile.Write(ref _heardAt, Stopwatch.GetTimestamp());
            if (result.MessageType == WebSocketMessageType.Close)
                return null;
            length += result.Count;
            if (result.EndOfMessage)
                return _buffer.AsMemory(0, length);
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, length * 2);
        }
    }

    private async Task WatchAsync(Action? tick, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TickInterval);
        var pinging = Task.CompletedTask;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                tick?.Invoke();
                var silence = Stopwatch.GetElapsedTime(Volatile.Read(ref _heardAt));
                if (silence > _patience)
                    Abort();
                else if (silence > PingAfter && Stopwatch.GetElapsedTime(_pingedAt) > PingAfter && pinging.IsCompleted)
                {
                    _pingedAt = Stopwatch.GetTimestamp();
                    pinging = TrySendAsync(WireFrames.Ping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }

        await pinging;
    }
}
