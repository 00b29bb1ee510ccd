using System.Buffers;
using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>TLS on a socket whose handshake is done.</summary>
/// <remarks>
/// <para>OpenSSL reads from the socket and writes to the lane's <see cref="TlsOutput"/>, so that a record is made whether the socket takes it or not; what it does not take of it is held here. Invariant: every
/// call of OpenSSL is followed by taking what it has written, and what is held goes out before it.</para>
/// <para>Reading goes on until OpenSSL wants more from the kernel, which it had asked in vain, or has had its share of the turn: no edge will tell of what is left. Only when it has read all does it give its buffer
/// back.</para>
/// <para>Reading may write: a client that asks for new keys (KeyUpdate, RFC 8446 4.6.3) is answered, at the latest with the next record, and one that breaks the protocol is told by an alert.</para>
/// <para>Hot path; a buffer is rented only for a peer that does not take its bytes.</para>
/// </remarks>
internal struct TlsChannel : ISocketChannel
{
    // A little less than the 16 KiB of RFC 8446 5.1, so that two records fill the lane's buffer.
    private const int MaxRecordBytes = (TlsOutput.BufferBytes / 2) - TlsOutput.MaxOverheadBytes;

    // A record may carry a single byte, and reading it costs a microsecond: a buffer full of such would hold up the lane.
    private const int MaxRecordsPerReceive = 256;

    // Of all that was read, data or not: a change of keys takes 27 bytes, and ten microseconds.
    private const ulong MaxBytesPerReceive = 64 * 1024;

    // Should it ever have asked the kernel and not left behind what that said.
    private const int MaxInVain = 4;

    // A client may go on asking for new keys while it takes none of the answers.
    private const int MaxHeldBytes = 2 * TlsOutput.BufferBytes;

    private readonly TlsOutput _output;
    private readonly nint _session;
    private readonly int _socket;
    private readonly ushort _maxRecordBytes;
    private byte[]? _held;
    private int _heldStart;
    private int _heldEnd;
    private bool _isEndedByPeer;
    private bool _isFailed;
    private bool _isShutdownAsked;
    private bool _isShutDown;
    private bool _isCutShort;
    private bool _isInMessage;

    /// <param name="output">Of the lane; takes over what the session sends.</param>
    /// <param name="session">Becomes the channel's to close.</param>
    /// <param name="socket">Likewise.</param>
    public TlsChannel(TlsOutput output, nint session, int socket)
    {
        _output = output;
        _session = session;
        _socket = socket;
        output.Attach(session);

        // What is larger OpenSSL would make several records of, which is more than there is place for.
        var fragment = OpenSsl.MaxFragmentOf(OpenSsl.TermsOf(session));
        _maxRecordBytes = (ushort)(fragment == 0 ? MaxRecordBytes : 256 << fragment);
    }

    public static bool IsSealed => true;

    public readonly int File => _socket;

    public readonly bool HasMore => IsEnded || _isCutShort;

    // In the middle of a message of the handshake OpenSSL would read on before it writes.
    public readonly bool IsHolding => _held is not null || _isInMessage;

    public readonly int HeldBytes => _heldEnd - _heldStart;

    private readonly bool IsEnded => _isEndedByPeer || _isFailed;

    public int Receive(Span<byte> buffer)
    {
        var received = 0;
        var input = OpenSsl.InputOf(_session);
        var start = OpenSsl.CountRead(input);
        var inVain = 0;
        _isCutShort = false;
        for (var records = 0; received < buffer.Length && !IsEnded; records++)
        {
            var read = OpenSsl.CountRead(input);
            if (records == MaxRecordsPerReceive || read - start > MaxBytesPerReceive)
            {
                _isCutShort = true;
                break;
            }

            OpenSsl.ClearErrors();
            var count = OpenSsl.Read(_session, ref MemoryMarshal.GetReference(buffer[received..]), buffer.Length - received);
            if (count > 0)
            {
                received += count;
                inVain = 0;
                continue;
            }

            var error = OpenSsl.GetError(_session, count);
            if (error == OpenSsl.ErrorWantRead)
            {
                // It also comes back for what was no data, or to answer it, without asking the kernel once more.
                inVain = OpenSsl.CountRead(input) == read ? inVain + 1 : 0;
                if (Marshal.GetLastPInvokeError() == Libc.Again || inVain == MaxInVain)
                {
                    break;
                }

                continue;
            }

            // close_notify, or a FIN without it. All else: reset, or what is no TLS.
            _isEndedByPeer = error == OpenSsl.ErrorZeroReturn;
            _isFailed = !_isEndedByPeer;
        }

        _isInMessage = !IsEnded && OpenSsl.IsInHandshake(_session) != 0;
        SendAnswers();
        return received > 0 || _isEndedByPeer ? received : _isFailed ? ISocketChannel.Failed : ISocketChannel.WouldBlock;
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        var buffer = _output.Buffer.AsSpan();
        var taken = 0;
        while (taken < bytes.Length && !IsHolding && !_isFailed)
        {
            var length = 0;
            while (taken < bytes.Length)
            {
                var record = bytes.Slice(taken, Math.Min(bytes.Length - taken, _maxRecordBytes));
                var added = Seal(record, buffer[length..]);
                if (added == 0)
                {
                    break;
                }

                length += added;
                taken += record.Length;
            }

            if (!_isFailed)
            {
                SendOrHold(buffer[..length]);
            }
        }

        return _isFailed ? ISocketChannel.Failed : taken;
    }

    public int Seal(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        if (IsHolding || _isFailed || bytes.Length > _maxRecordBytes || into.Length < bytes.Length + TlsOutput.MaxOverheadBytes)
        {
            return 0;
        }

        // It goes to memory, so that only a session that is over does not take it.
        _isFailed = OpenSsl.Write(_session, in MemoryMarshal.GetReference(bytes), bytes.Length) != bytes.Length;
        var length = _output.Take(into);
        if (length == into.Length && _output.Clear())
        {
            // Larger than OpenSSL makes any record of ours. What is missing cannot be made up for.
            _isFailed = true;
        }

        return _isFailed ? 0 : length;
    }

    public void Hold(ReadOnlySpan<byte> rest)
    {
        var length = _heldEnd - _heldStart;
        if (length + rest.Length > MaxHeldBytes)
        {
            _isFailed = true;
            return;
        }

        if (_held is null || rest.Length > _held.Length - _heldEnd)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length + rest.Length);
            _held.AsSpan(_heldStart, length).CopyTo(larger);
            GiveBack();
            _held = larger;
            _heldEnd = length;
        }

        rest.CopyTo(_held.AsSpan(_heldEnd));
        _heldEnd += rest.Length;
    }

    public int Flush()
    {
        if (_held is { } held)
        {
            var sent = PlainChannel.Send(_socket, held.AsSpan(_heldStart, _heldEnd - _heldStart));
            _isFailed |= sent < 0;
            _heldStart += Math.Max(0, sent);
            if (_heldStart == _heldEnd)
            {
                GiveBack();
            }
        }

        EndOurHalf();
        return _isFailed ? ISocketChannel.Failed : 0;
    }

    public void Shutdown()
    {
        if (!_isShutdownAsked)
        {
            _isShutdownAsked = true;
            SendCloseNotify();
            EndOurHalf();
        }
    }

    public void Close(bool withReset)
    {
        if (!withReset && _held is null && !_isShutdownAsked)
        {
            // The peer has ended its half and may wait for our answer (RFC 8446 6.1).
            SendCloseNotify();
        }

        GiveBack();
        _output.Context.Close(_session);
        new PlainChannel(_socket).Close(withReset);
    }

    private void SendCloseNotify()
    {
        if (!_isFailed)
        {
            _ = OpenSsl.Shutdown(_session);
            SendAnswers();
        }
    }

    // The FIN, behind all that was taken.
    private void EndOurHalf()
    {
        if (_isShutdownAsked && !_isShutDown && _held is null)
        {
            _isShutDown = true;
            new PlainChannel(_socket).Shutdown();
        }
    }

    // What OpenSSL has written without having been asked to.
    private void SendAnswers()
    {
        while (_output.Take(_output.Buffer) is > 0 and var length)
        {
            SendOrHold(_output.Buffer.AsSpan(0, length));
        }
    }

    private void SendOrHold(ReadOnlySpan<byte> records)
    {
        var sent = _held is null && !records.IsEmpty ? PlainChannel.Send(_socket, records) : 0;
        if (sent < 0)
        {
            _isFailed = true;
        }
        else if (sent < records.Length)
        {
            Hold(records[sent..]);
        }
    }

    private void GiveBack()
    {
        if (_held is { } held)
        {
            _held = null;
            _heldStart = _heldEnd = 0;
            ArrayPool<byte>.Shared.Return(held);
        }
    }
}
