using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Server.Connections;
using Gateway.Server.Tests.Connections.Transports;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>One connection of <see cref="SendBatchTests"/> with its peer's socket, and what the peer must get.</summary>
internal sealed class SendingPeer(Socket socket, OpenSslPeer? tls, IdleHandler handler)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _checkedCount;

    public Connection Connection { get; set; } = null!;

    public IdleHandler Handler => handler;

    public List<byte> Expected { get; } = [];

    public bool IsGone { get; private set; }

    public bool HasAll => IsGone || _checkedCount == Expected.Count;

    /// <summary>Takes what is there, at most so much, and checks each byte.</summary>
    public void Read(int maxBytes)
    {
        while (!IsGone && maxBytes > 0)
        {
            var received = Receive(_buffer.AsSpan(0, Math.Min(maxBytes, _buffer.Length)));
            if (received == 0)
                return;
            var same = CollectionsMarshal.AsSpan(Expected)[_checkedCount..].CommonPrefixLength(_buffer.AsSpan(0, received));
            Assert.True(same == received, $"Byte {_checkedCount + same} is not what was sent.");
            _checkedCount += received;
            maxBytes -= received;
        }
    }

    /// <summary>Over TLS: changes its keys, and asks the server to do so.</summary>
    public void UpdateKeys()
    {
        if (!IsGone && tls is not null)
        {
            tls.UpdateKeys();
            tls.Shake();
        }
    }

    /// <summary>Goes away without a word.</summary>
    public void Break()
    {
        if (IsGone)
            return;
        IsGone = true;
        tls?.Dispose();
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    private int Receive(Span<byte> buffer)
    {
        if (tls is null)
            return socket.Available > 0 ? socket.Receive(buffer) : 0;
        var received = tls.Read(buffer);
        Assert.Null(tls.Fault);
        return received;
    }
}
