using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Gateway.Faults.Tests.Proxies;

/// <summary>One connection through a proxy: in each direction a loop that reads and one that writes, with at most <see cref="MaxPieces"/> pieces between them.</summary>
internal sealed class ProxyLink(TcpProxy proxy, Socket client) : IDisposable
{
    private const int PieceBytes = 16 * 1024;

    // 1 MiB under way in each direction; beyond it the sender's own socket fills up.
    private const int MaxPieces = 64;

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _broken = new();
    private int _isReset;

    public async Task RunAsync(Gate up, Gate down, CancellationToken ending)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ending, _broken.Token);
        try
        {
            client.NoDelay = true;
            await up.WaitAsync(stop.Token);
            if (proxy.Target == 0)
                return;
            await _server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, proxy.Target), stop.Token);
            await Task.WhenAll(PumpAsync(client, _server, up, stop.Token), PumpAsync(_server, client, down, stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Broken by either side, or by the proxy.
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Both sides see a broken connection at once. From any thread.</summary>
    public void Reset()
    {
        if (Interlocked.Exchange(ref _isReset, 1) != 0)
            return;
        _broken.Cancel();
        foreach (var socket in (Socket[])[client, _server])
        {
            // Lingering for no time makes the end a RST; after a proper end on both sides it says nothing more.
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        Reset();
        _broken.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, Gate gate, CancellationToken stop)
    {
        var pieces = Channel.CreateBounded<(byte[] Bytes, long DueAt)>(MaxPieces);
        try
        {
            await Task.WhenAll(ReadAsync(from, pieces.Writer, stop), WriteAsync(to, pieces.Reader, gate, stop));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side broke: so does the other.
            Reset();
            throw;
        }
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(byte[] Bytes, long DueAt)> pieces, CancellationToken stop)
    {
        var buffer = new byte[PieceBytes];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, stop);
                var dueAt = Stopwatch.GetTimestamp() + (long)(proxy.NextDelay().TotalSeconds * Stopwatch.Frequency);
                await pieces.WriteAsync((buffer[..count], dueAt), stop);
                if (count == 0)
                    return;
            }
        }
        catch (SocketException)
        {
            Reset();
            throw;
        }
        finally
        {
            pieces.TryComplete();
        }
    }

    private static async Task WriteAsync(Socket to, ChannelReader<(byte[] Bytes, long DueAt)> pieces, Gate gate, CancellationToken stop)
    {
        await foreach (var (bytes, dueAt) in pieces.ReadAllAsync(stop))
        {
            var now = Stopwatch.GetTimestamp();
            if (dueAt > now)
                await Task.Delay(Stopwatch.GetElapsedTime(now, dueAt), stop);
            await gate.WaitAsync(stop);
            if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (var sent = 0; sent < bytes.Length;)
                sent += await to.SendAsync(bytes.AsMemory(sent), stop);
        }
    }
}
