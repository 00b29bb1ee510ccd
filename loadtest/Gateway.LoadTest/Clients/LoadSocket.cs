using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gateway.Protocol.WebSockets;

namespace Gateway.LoadTest.Clients;

/// <summary>
/// The client's half of a WebSocket (RFC 6455): handshake, frames, pings. Lean: between messages it holds no buffer. Everything on the
/// reactor's thread; hot path.
/// </summary>
/// <remarks>
/// Messages in fragments and extensions end the connection with a sentence: the gateway sends neither unasked. The mask key is constant, not
/// zero, so that the server has its work with it; a load client has nothing to hide from proxies.
/// </remarks>
public abstract class LoadSocket : ITransportOwner
{
    // The example of RFC 6455 1.3: any nonce will do, and one whose answer is known saves this end a SHA-1 each.
    private const string Nonce = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private const uint MaskKey = 0x5A17_C3E9;
    private const int MaxHandshakeBytes = 8 * 1024;

    private readonly Reactor _reactor;
    private readonly string _path;
    private readonly string? _subprotocol;
    private ITransport? _transport;
    private byte[]? _held;
    private int _heldLength;
    private bool _isUpgraded;

    private protected LoadSocket(Reactor reactor, SocketTerms terms, string path, string? subprotocol)
    {
        _reactor = reactor;
        Terms = terms;
        _path = path;
        _subprotocol = subprotocol;
    }

    /// <summary>Whether the WebSocket is open.</summary>
    public bool IsOpen { get; private set; }

    internal SocketTerms Terms { get; }

    private protected Reactor Reactor => _reactor;

    /// <summary>Ends the connection with a reset, without a word, as a lost network would.</summary>
    public void Cut()
    {
        _transport?.Cut();
        _transport = null;
        IsOpen = false;
        Forget();
    }

    /// <summary>Stops to read (true) or reads on: what a slow client looks like to the server.</summary>
    public void Stall(bool on) => _transport?.Read(!on);

    void ITransportOwner.OnConnected()
    {
        var offer = _subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {_subprotocol}\r\n";
        _transport!.Send(Encoding.ASCII.GetBytes(
            $"GET {_path} HTTP/1.1\r\nHost: {Terms.Host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {Nonce}\r\nSec-WebSocket-Version: 13\r\n{offer}\r\n"));
    }

    void ITransportOwner.OnBytes(ReadOnlySpan<byte> bytes)
    {
        var transport = _transport;
        if (_heldLength == 0)
        {
            var taken = Take(bytes);
            if (taken < bytes.Length && transport == _transport && transport is not null)
                Hold(bytes[taken..]);
            return;
        }

        Hold(bytes);
        var held = _held!;
        var length = _heldLength;
        var used = Take(held.AsSpan(0, length));

        // A handler may have cut this connection, and even opened it anew: what was held belongs to the old one.
        if (transport != _transport || !ReferenceEquals(held, _held))
            return;
        _heldLength = length - used;
        if (_heldLength == 0)
            Forget();
        else if (used > 0)
            held.AsSpan(used, _heldLength).CopyTo(held);
    }

    void ITransportOwner.OnEnded(string reason)
    {
        _transport = null;
        var wasOpen = IsOpen;
        IsOpen = false;
        Forget();
        OnClosed(0, wasOpen ? reason : $"before it was open: {reason}");
    }

    private protected void Connect()
    {
        _isUpgraded = false;
        _transport = Terms.IsTls ? new TlsTransport(this, Terms) : new PlainTransport(_reactor, this, Terms);
        _transport.Open();
    }

    /// <summary>Sends one message; the payload is masked in the reactor's scratch, not in place.</summary>
    private protected void SendMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_transport is null)
            return;
        var frame = _reactor.ScratchOf(FrameWriter.MaxClientHeaderBytes + payload.Length).AsSpan();
        var header = FrameWriter.WriteMaskedHeader(frame, opcode, payload.Length, MaskKey);
        Masking.Apply(payload, frame[header..], MaskKey, 0);
        _transport.Send(frame[..(header + payload.Length)]);
    }

    private protected abstract void OnOpened();

    private protected abstract void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload);

    /// <summary>The connection has ended, not by us.</summary>
    /// <param name="code">The close code, or the HTTP status of a refused upgrade; 0 without either.</param>
    /// <param name="reason">For people.</param>
    private protected abstract void OnClosed(int code, string reason);

    /// <summary>Handles all that is complete.</summary>
    /// <returns>How much that was.</returns>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        if (!_isUpgraded)
        {
            used = TakeHandshake(bytes);
            if (!_isUpgraded)
                return used;
        }

        var transport = _transport;
        while (transport == _transport && transport is not null && TryTakeFrame(bytes[used..], out var length))
            used += length;
        return used;
    }

    private int TakeHandshake(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            if (bytes.Length > MaxHandshakeBytes)
                Refuse(0, "the answer to the upgrade has no end");
            return 0;
        }

        var head = Encoding.ASCII.GetString(bytes[..(end + 2)]);
        if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            _ = int.TryParse(head.AsSpan(9, Math.Min(3, Math.Max(0, head.Length - 9))), out var status);
            Refuse(status, "the upgrade was answered with " + head[..head.IndexOf('\r', StringComparison.Ordinal)]);
        }
        else if (!head.Contains(Accept, StringComparison.Ordinal))
        {
            Refuse(0, "the answer to the upgrade has a wrong Sec-WebSocket-Accept");
        }
        else if (_subprotocol is not null && !head.Contains(_subprotocol, StringComparison.Ordinal))
        {
            Refuse(0, $"the server did not agree to {_subprotocol}");
        }
        else
        {
            _isUpgraded = true;
            IsOpen = true;
            OnOpened();
        }

        return end + 4;
    }

    private bool TryTakeFrame(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 2)
            return false;
        var header = 2;
        long payload = bytes[1];
        if (payload == 126)
        {
            header = 4;
            if (bytes.Length < header)
                return false;
            payload = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        }
        else if (payload == 127)
        {
            header = 10;
            if (bytes.Length < header)
                return false;
            payload = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        }

        var opcode = (Opcode)(bytes[0] & 0x0F);
        if ((bytes[0] & 0xF0) != 0x80 || opcode == Opcode.Continuation || bytes[1] >= 0x80 || payload > int.MaxValue - header)
        {
            Refuse(1002, "the server sent a fragment, an extension's bit or a masked frame, which this client does not take");
            return false;
        }

        if (bytes.Length < header + payload)
            return false;
        length = header + (int)payload;
        TakeMessage(opcode, bytes[header..length]);
        return true;
    }

    private void TakeMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        switch (opcode)
        {
            case Opcode.Ping:
                SendMessage(Opcode.Pong, payload);
                break;
            case Opcode.Close:
                var code = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
                Refuse(code, payload.Length > 2 ? $"the server closed with {code}: {Encoding.UTF8.GetString(payload[2..])}" : $"the server closed with {code}");
                break;
            case Opcode.Text or Opcode.Binary:
                OnMessage(opcode, payload);
                break;
        }
    }

    private void Refuse(int code, string reason)
    {
        Cut();
        OnClosed(code, reason);
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        var needed = _heldLength + bytes.Length;
        if (_held is null || _held.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            if (_held is not null)
            {
                _held.AsSpan(0, _heldLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_held);
            }

            _held = larger;
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength = needed;
    }

    private void Forget()
    {
        if (_held is not null)
            ArrayPool<byte>.Shared.Return(_held);
        _held = null;
        _heldLength = 0;
    }
}
