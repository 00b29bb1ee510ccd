using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>One connection of <see cref="SendBatchTests"/> with its peer's socket, and what the peer must get.</summary>
internal sealed class SendingPeer(Socket socket, IdleHandler handler)
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
        while (!IsGone && maxBytes > 0 && socket.Available > 0)
        {
            var received = socket.Receive(_buffer.AsSpan(0, Math.Min(maxBytes, _buffer.Length)));
            var same = CollectionsMarshal.AsSpan(Expected)[_checkedCount..].CommonPrefixLength(_buffer.AsSpan(0, received));
            Assert.True(same == received, $"Byte {_checkedCount + same} is not what was sent.");
            _checkedCount += received;
            maxBytes -= received;
        }
    }

    /// <summary>Goes away without a word.</summary>
    public void Break()
    {
        IsGone = true;
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
