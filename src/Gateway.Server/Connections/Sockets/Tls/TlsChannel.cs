using System.Buffers;
using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>TLS on a socket whose handshake is done.</summary>
/// <remarks>
/// <para>A record that was begun must be offered to OpenSSL again, the same, until the kernel has taken it. So what it was made of counts as taken and is held here,
/// whatever the owner offers next.</para>
/// <para>Reading goes on until OpenSSL wants more from the kernel: what it has read ahead lies in its own buffer, of which no edge will tell. Only then does it give that buffer back.</para>
/// <para>A client that asks for new keys (KeyUpdate, RFC 8446 4.6.3) while a record is held ends the connection: OpenSSL 3.0 answers it from within the read, and refuses to before the record is out.
/// Not reading meanwhile would be worse: a client that writes before it reads would wait for us as we for it.</para>
/// <para>Hot path; a buffer is rented only for a peer that does not take its bytes.</para>
/// </remarks>
internal struct TlsChannel(TlsContext context, nint session, int socket) : ISocketChannel
{
    // RFC 8446 5.1: what one record carries at most.
    private const int MaxRecordBytes = 16 * 1024;

    // A record may carry a single byte, and reading it costs a microsecond: a buffer full of such would hold up the lane.
    private const int MaxRecordsPerReceive = 256;

    private byte[]? _held;
    private ushort _heldStart;
    private ushort _heldEnd;
    private bool _isEndedByPeer;
    private bool _isFailed;
    private bool _isShutdownAsked;
    private bool _isShutDown;
    private bool _isCutShort;

    public static bool IsCrossed => true;

    public int File => -1;

    public readonly bool HasMore => IsEnded || _isCutShort;

    public readonly bool IsHolding => _held is not null || (_isShutdownAsked && !_isShutDown);

    private readonly bool IsEnded => _isEndedByPeer || _isFailed;

    public int Receive(Span<byte> buffer)
    {
        var received = 0;
        _isCutShort = false;
        for (var records = 0; received < buffer.Length && !IsEnded; records++)
        {
            if (records == MaxRecordsPerReceive)
            {
                _isCutShort = true;
                break;
            }

            OpenSsl.ClearErrors();
            var count = OpenSsl.Read(session, ref MemoryMarshal.GetReference(buffer[received..]), buffer.Length - received);
            if (count > 0)
            {
                received += count;
                continue;
            }

            switch (OpenSsl.GetError(session, count))
            {
                case OpenSsl.ErrorWantRead or OpenSsl.ErrorWantWrite:
                    return received > 0 ? received : ISocketChannel.WouldBlock;
                case OpenSsl.ErrorZeroReturn:
                    // close_notify, or a FIN without it.
                    _isEndedByPeer = true;
                    break;
                default:
                    // Reset, or what is no TLS.
                    _isFailed = true;
                    break;
            }
        }

        return received > 0 || !_isFailed ? received : ISocketChannel.Failed;
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length)
        {
            var record = bytes.Slice(taken, Math.Min(bytes.Length - taken, MaxRecordBytes));
            var sent = Write(record);
            if (sent <= 0)
            {
                if (sent == 0)
                {
                    Hold(record);
                    taken += record.Length;
                }

                return _isFailed ? ISocketChannel.Failed : taken;
            }

            taken += sent;
        }

        return taken;
    }

    public int Flush()
    {
        while (_held is { } held)
        {
            var sent = Write(held.AsSpan(_heldStart, _heldEnd - _heldStart));
            if (sent <= 0)
            {
                return sent;
            }

            _heldStart += (ushort)sent;
            if (_heldStart == _heldEnd)
            {
                GiveBack();
            }
        }

        if (_isShutdownAsked && !_isShutDown)
        {
            EndOurHalf();
        }

        return _isFailed ? ISocketChannel.Failed : 0;
    }

    public void Shutdown()
    {
        _isShutdownAsked = true;
        if (_held is null && !_isShutDown)
        {
            EndOurHalf();
        }
    }

    public void Close(bool withReset)
    {
        if (!withReset && !IsHolding && !_isFailed && !_isShutDown)
        {
            // The peer has ended its half and may wait for our answer (RFC 8446 6.1).
            OpenSsl.ClearErrors();
            _ = OpenSsl.Shutdown(session);
        }

        GiveBack();
        context.Close(session);
        new PlainChannel(socket).Close(withReset);
    }

    // How many bytes went out; 0: later, with the same bytes; or failed.
    private int Write(ReadOnlySpan<byte> record)
    {
        if (_isFailed)
        {
            return ISocketChannel.Failed;
        }

        OpenSsl.ClearErrors();
        var sent = OpenSsl.Write(session, in MemoryMarshal.GetReference(record), record.Length);
        if (sent > 0)
        {
            return sent;
        }

        if (OpenSsl.GetError(session, sent) is OpenSsl.ErrorWantWrite or OpenSsl.ErrorWantRead)
        {
            return 0;
        }

        _isFailed = true;
        return ISocketChannel.Failed;
    }

    // close_notify, then the FIN. 0 and 1 are success: the peer's own has come before, or has not.
    private void EndOurHalf()
    {
        if (!_isFailed)
        {
            OpenSsl.ClearErrors();
            var result = OpenSsl.Shutdown(session);
            if (result < 0 && OpenSsl.GetError(session, result) is OpenSsl.ErrorWantWrite or OpenSsl.ErrorWantRead)
            {
                return;
            }
        }

        _isShutDown = true;
        new PlainChannel(socket).Shutdown();
    }

    private void Hold(ReadOnlySpan<byte> record)
    {
        _held = ArrayPool<byte>.Shared.Rent(record.Length);
        record.CopyTo(_held);
        _heldStart = 0;
        _heldEnd = (ushort)record.Length;
    }

    private void GiveBack()
    {
        if (_held is { } held)
        {
            _held = null;
            ArrayPool<byte>.Shared.Return(held);
        }
    }
}
