using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>
/// A TCP or TLS connection to the server on which a test says whatever it likes, and a strict reader of what comes back: HTTP heads and
/// WebSocket frames (RFC 6455 5.2), written without use of the code under test.
/// </summary>
internal sealed class RawSocket : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RawSocket(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <param name="receiveBufferBytes">What the kernel holds for a client that does not read; 0: its own choice.</param>
    public static async Task<RawSocket> ConnectAsync(GatewayProcess server, CancellationToken cancellationToken, int receiveBufferBytes = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes > 0)
            socket.ReceiveBufferSize = receiveBufferBytes;
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Address.Port), cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (server.CertificateFile is { } file)
        {
            using var expected = X509CertificateLoader.LoadCertificateFromFile(file);
            var pinned = expected.RawData;
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, actual, _, _) => actual is not null && actual.GetRawCertData().AsSpan().SequenceEqual(pinned));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
            stream = tls;
        }

        return new RawSocket(socket, stream);
    }

    public Task SendAsync(byte[] bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken).AsTask();

    public Task SendAsync(string latin1, CancellationToken cancellationToken) => SendAsync(Encoding.Latin1.GetBytes(latin1), cancellationToken);

    /// <summary>Sends each piece with a write of its own. A server that has ended the conversation meanwhile is no error here.</summary>
    public async Task SendInPiecesAsync(IEnumerable<byte[]> pieces, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var piece in pieces)
            {
                await _stream.WriteAsync(piece, cancellationToken);
                await Task.Yield();
            }
        }
        catch (IOException)
        {
            // What the server has said before shows whether it was right to end.
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public async Task EndSendingAsync()
    {
        try
        {
            await CloseNotifyAsync();
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // The server was faster.
        }
    }

    // Over TLS: the alert that says that nothing more will be sent. SslStream takes no lock between this and a read, and the two at once confuse
    // OpenSSL, most often while the read takes session tickets ("shutdown while in init", "wrong version number"). So a read that waits is
    // interrupted, which loses nothing, and goes on behind the alert.
    private async Task CloseNotifyAsync()
    {
        if (_stream is not SslStream tls)
            return;
        await _ending.CancelAsync();
        await _reading.WaitAsync();
        try
        {
            await tls.ShutdownAsync();
        }
        finally
        {
            _ended.TrySetResult();
            _reading.Release();
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _reading.WaitAsync(cancellationToken);
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
                return await _stream.ReadAsync(buffer, _ended.Task.IsCompleted ? cancellationToken : either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // By ourselves.
            }
            finally
            {
                _reading.Release();
            }

            await _ended.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>Everything up to the empty line; null at the end of the connection.</summary>
    public async Task<string?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var head = Encoding.Latin1.GetString(_buffer, _start, at + 4);
                _start += at + 4;
                return head;
            }

            if (!await FillAsync(cancellationToken))
                return null;
        }
    }

    /// <summary>The next frame, null at the end of the connection.</summary>
    /// <exception cref="InvalidDataException">What a server must not send.</exception>
    public async ValueTask<WireFrame?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        if (!await HasAsync(2, cancellationToken))
            return null;

        int first = _buffer[_start], second = _buffer[_start + 1];
        Require((first & 0x30) == 0, "a reserved bit is set");
        Require((second & 0x80) == 0, "a server's frame is masked");
        var opcode = first & 0x0F;
        Require(opcode is 0 or 1 or 2 or 8 or 9 or 10, "the opcode is reserved");
        long length = second & 0x7F;
        var header = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (!await HasAsync(header, cancellationToken))
            return null;
        if (header == 4)
            length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2));
        else if (header == 10)
            length = BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2));
        Require(length <= int.MaxValue / 2 && (header != 4 || length > 125) && (header != 10 || length > 0xFFFF), "the length is not in its shortest form");
        Require(opcode < 8 || (length <= 125 && (first & 0xC0) == 0x80), "a control frame is long, in fragments or compressed");
        if (!await HasAsync(header + (int)length, cancellationToken))
            return null;

        var payload = _buffer.AsSpan(_start + header, (int)length).ToArray();
        _start += header + (int)length;
        return new WireFrame(opcode, (first & 0x80) != 0, (first & 0x40) != 0, payload);
    }

    /// <summary>Reads and forgets until the server has ended the connection.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        do
        {
            _start = _end = 0;
        }
        while (await FillAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _ending.Dispose();
        _reading.Dispose();
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidDataException(otherwise);
    }

    private async ValueTask<bool> HasAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            if (_buffer.Length < count)
                Array.Resize(ref _buffer, count);
            if (!await FillAsync(cancellationToken))
                return false;
        }

        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            var count = await ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += count;
            return count > 0;
        }
        catch (IOException)
        {
            // A reset: as much of an end as any.
            return false;
        }
    }
}
