using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace Gateway.LoadTest.Clients;

/// <summary>
/// TLS through SslStream. It waits with reads of zero bytes, so that an idle connection lends no buffer of ours; OpenSSL keeps its own
/// (about 27 KB), and the thread pool does the work: expect this client to be the more expensive end.
/// </summary>
internal sealed class TlsTransport(ITransportOwner owner, SocketTerms terms) : ITransport
{
    private const int MaxRecordBytes = 16 * 1024;

    private readonly Queue<byte[]> _unsent = new();
    private Socket? _socket;
    private SslStream? _stream;
    private TaskCompletionSource? _readOn;
    private bool _isReading = true;
    private bool _isSending;
    private bool _isCut;

    public void Open()
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        if (terms.IsSlow)
            _socket.ReceiveBufferSize = 4096;
        _ = RunAsync(_socket);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        _unsent.Enqueue(bytes.ToArray());
        if (!_isSending)
            _ = SendAllAsync();
    }

    public void Read(bool on)
    {
        _isReading = on;
        if (on)
            _readOn?.TrySetResult();
    }

    public void Cut()
    {
        _isCut = true;
        _socket?.Dispose();
        _readOn?.TrySetResult();
    }

    private async Task RunAsync(Socket socket)
    {
        var reason = "the server ended the stream";
        try
        {
            if (terms.Source is { } source)
            {
                socket.SetRawSocketOption(Libc.IpProtoIp, Libc.IpBindAddressNoPort, BitConverter.GetBytes(1));
                socket.Bind(new System.Net.IPEndPoint(source, 0));
            }

            await socket.ConnectAsync(terms.Target);
#pragma warning disable CA5359 // A load test trusts the server that it was told to load; self-made certificates are usual there.
            _stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await _stream.AuthenticateAsClientAsync(terms.Host);
            owner.OnConnected();
            while (!_isCut)
            {
                _ = await _stream.ReadAsync(Memory<byte>.Empty);
                while (!_isReading && !_isCut)
                {
                    _readOn = new TaskCompletionSource();
                    await _readOn.Task;
                }

                // One record of TLS at most; the buffer is lent only while there is something to read.
                var buffer = ArrayPool<byte>.Shared.Rent(MaxRecordBytes);
                var read = await _stream.ReadAsync(buffer);
                if (read > 0)
                    owner.OnBytes(buffer.AsSpan(0, read));
                ArrayPool<byte>.Shared.Return(buffer);
                if (read == 0)
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            reason = exception.Message;
        }

        if (_isCut)
            return;
        _isCut = true;
        socket.Dispose();
        owner.OnEnded(reason);
    }

    private async Task SendAllAsync()
    {
        _isSending = true;
        try
        {
            while (_unsent.TryDequeue(out var next))
                await _stream!.WriteAsync(next);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _unsent.Clear();
        }

        _isSending = false;
    }
}
