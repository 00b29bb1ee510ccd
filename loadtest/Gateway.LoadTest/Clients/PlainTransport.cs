using System.Buffers;
using System.Net;
using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Clients;

/// <summary>A TCP socket of the reactor. Holds no buffer unless the kernel did not take all that was sent.</summary>
internal sealed class PlainTransport(Reactor reactor, ITransportOwner owner, SocketTerms terms) : ITransport, IReady
{
    private int _socket = -1;
    private bool _isConnected;
    private bool _isReading = true;
    private byte[]? _unsent;
    private int _unsentStart;
    private int _unsentEnd;

    public void Open()
    {
        _socket = Libc.Socket(Libc.InterNetwork, Libc.Stream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (_socket < 0)
        {
            EndLater($"socket: {LastError()}");
            return;
        }

        Set(Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        if (terms.IsSlow)
        {
            // So little room in the kernels between that the server feels it when this end stops reading.
            Set(Libc.SolSocket, Libc.SoReceiveBuffer, 4096);
            Set(Libc.IpProtoTcp, Libc.TcpMaxSegment, 1400);
        }

        if (terms.Source is { } source)
        {
            // The port is chosen at connect, where only the whole pair of addresses has to be unique.
            Set(Libc.IpProtoIp, Libc.IpBindAddressNoPort, 1);
            Span<byte> from = stackalloc byte[16];
            WriteAddress(from, new IPEndPoint(source, 0));
            if (Libc.Bind(_socket, ref from[0], from.Length) < 0)
            {
                EndLater($"bind to {source}: {LastError()}");
                return;
            }
        }

        Span<byte> to = stackalloc byte[16];
        WriteAddress(to, terms.Target);
        if (Libc.Connect(_socket, ref to[0], to.Length) < 0 && Marshal.GetLastPInvokeError() != Libc.EInProgress)
        {
            EndLater($"connect: {LastError()}");
            return;
        }

        reactor.Add(_socket, this, Libc.EpollOut);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_socket < 0)
            return;
        if (_unsent is null)
        {
            var sent = Libc.Send(_socket, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.MsgNoSignal);
            if (sent == bytes.Length)
                return;
            if (sent < 0 && Marshal.GetLastPInvokeError() is not (Libc.EAgain or Libc.EIntr))
            {
                // Reading gets the same error and ends the connection, outside of whatever is being done now.
                return;
            }

            bytes = bytes[(int)Math.Max(0, sent)..];
        }

        Keep(bytes);
        Watch();
    }

    public void Read(bool on)
    {
        _isReading = on;
        if (_socket >= 0 && _isConnected)
            Watch();
    }

    public void Cut()
    {
        if (_socket < 0)
            return;
        Span<int> linger = [1, 0];
        Libc.SetOption(_socket, Libc.SolSocket, Libc.SoLinger, ref linger[0], 8);
        Close();
    }

    public void OnReady(int events)
    {
        if (!_isConnected)
        {
            int error = 0, size = sizeof(int);
            Libc.GetOption(_socket, Libc.SolSocket, Libc.SoError, ref error, ref size);
            if (error != 0)
            {
                End($"connect: {Marshal.GetPInvokeErrorMessage(error)}");
                return;
            }

            if ((events & Libc.EpollOut) == 0)
                return;
            _isConnected = true;
            Watch();
            owner.OnConnected();
            return;
        }

        if (_unsent is not null && (events & Libc.EpollOut) != 0)
            Flush();
        if (_socket >= 0 && (_isReading || (events & ~(Libc.EpollOut | Libc.EpollIn)) != 0))
            Receive();
    }

    private static void WriteAddress(Span<byte> address, IPEndPoint end)
    {
        address.Clear();
        BitConverter.TryWriteBytes(address, (short)Libc.InterNetwork);
        address[2] = (byte)(end.Port >> 8);
        address[3] = (byte)end.Port;
        end.Address.TryWriteBytes(address[4..], out _);
    }

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private void Receive()
    {
        // Once: what is left keeps the socket ready, and the others get their turn first.
        var received = Libc.Receive(_socket, ref reactor.Buffer[0], reactor.Buffer.Length, 0);
        if (received > 0)
            owner.OnBytes(reactor.Buffer.AsSpan(0, (int)received));
        else if (received == 0)
            End("the server ended the stream");
        else if (Marshal.GetLastPInvokeError() is not (Libc.EAgain or Libc.EIntr))
            End(LastError());
    }

    private void Flush()
    {
        var left = _unsent.AsSpan(_unsentStart, _unsentEnd - _unsentStart);
        var sent = Libc.Send(_socket, ref MemoryMarshal.GetReference(left), left.Length, Libc.MsgNoSignal);
        if (sent < 0)
            return;
        _unsentStart += (int)sent;
        if (_unsentStart < _unsentEnd)
            return;
        Forget();
        Watch();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        _unsent ??= ArrayPool<byte>.Shared.Rent(bytes.Length);
        if (_unsentEnd + bytes.Length > _unsent.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((_unsentEnd - _unsentStart + bytes.Length) * 2);
            _unsent.AsSpan(_unsentStart, _unsentEnd - _unsentStart).CopyTo(larger);
            _unsentEnd -= _unsentStart;
            _unsentStart = 0;
            ArrayPool<byte>.Shared.Return(_unsent);
            _unsent = larger;
        }

        bytes.CopyTo(_unsent.AsSpan(_unsentEnd));
        _unsentEnd += bytes.Length;
    }

    private void Watch() => reactor.Modify(_socket, (_isReading ? Libc.EpollIn | Libc.EpollRdHup : 0) | (_unsent is null ? 0 : Libc.EpollOut));

    private void Set(int level, int option, int value) => Libc.SetOption(_socket, level, option, ref value, sizeof(int));

    private void End(string reason)
    {
        Close();
        owner.OnEnded(reason);
    }

    /// <summary>The owner is still inside its call of <see cref="Open"/>.</summary>
    private void EndLater(string reason) => reactor.Post(_ => End(reason), null);

    private void Close()
    {
        if (_socket >= 0)
        {
            reactor.Remove(_socket);
            Libc.Close(_socket);
        }

        _socket = -1;
        Forget();
    }

    private void Forget()
    {
        if (_unsent is not null)
            ArrayPool<byte>.Shared.Return(_unsent);
        _unsent = null;
        _unsentStart = _unsentEnd = 0;
    }
}
