using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Benchmarks.Nats;

/// <summary>
/// The least that speaks NATS: bytes made beforehand are sent as fast as the socket takes them, and what comes is counted, not parsed. What it reaches is
/// the server's own limit on this machine.
/// </summary>
internal sealed class RawNatsSocket : IDisposable
{
    private const int SendBytes = 1024 * 1024;
    private const int ReceiveBytes = 256 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[ReceiveBytes];

    public RawNatsSocket(string url)
    {
        _socket.Connect(IPAddress.Loopback, new Uri(url).Port);
        Send("CONNECT {\"verbose\":false}\r\n");
        WaitForPong();
    }

    public void Subscribe(string subject)
    {
        Send($"SUB {subject} 1\r\n");
        WaitForPong();
    }

    /// <summary>Sends so many messages and waits until the server has processed them.</summary>
    public void Publish(string subject, int payloadBytes, int count)
    {
        var one = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {payloadBytes}\r\n{new string('x', payloadBytes)}\r\n"));
        var perChunk = Math.Max(1, SendBytes / one.Length);
        var chunk = new byte[perChunk * one.Length];
        for (var i = 0; i < perChunk; i++)
            one.CopyTo(chunk, i * one.Length);
        for (var left = count; left > 0; left -= perChunk)
            SendAll(chunk.AsSpan(0, Math.Min(left, perChunk) * one.Length));
        WaitForPong();
    }

    /// <summary>Reads until so many bytes have come.</summary>
    public void Receive(long bytes)
    {
        while (bytes > 0)
            bytes -= Read();
    }

    /// <summary>One round trip of PING and PONG.</summary>
    public void WaitForPong()
    {
        Send("PING\r\n");
        var text = "";
        while (!text.EndsWith("PONG\r\n", StringComparison.Ordinal))
            text += Encoding.ASCII.GetString(_buffer, 0, Read());
    }

    public void Dispose() => _socket.Dispose();

    private int Read() => _socket.Receive(_buffer) is > 0 and var read ? read : throw new EndOfStreamException("The server has closed the connection.");

    private void Send(string text) => SendAll(Encoding.ASCII.GetBytes(text));

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }
}
