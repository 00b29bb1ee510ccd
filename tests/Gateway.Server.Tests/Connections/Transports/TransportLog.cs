using System.Buffers;
using System.Text;
using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>An owner of a transport that notes what it is told.</summary>
internal sealed class TransportLog : ITransportOwner
{
    private readonly ArrayBufferWriter<byte> _received = new();

    public List<string> Calls { get; } = [];

    public ReadOnlySpan<byte> Received => _received.WrittenSpan;

    public int WritableCount { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>Called with what has come, instead of taking it all; says how many bytes are taken.</summary>
    public Func<ReadOnlySequence<byte>, long>? Take { get; set; }

    /// <summary>Called when a send may go on.</summary>
    public Action? Writable { get; set; }

    public void OnReceived(ref ReadOnlySequence<byte> bytes)
    {
        Assert.False(IsClosed, "Something was received after the end.");
        var taken = Take?.Invoke(bytes) ?? bytes.Length;
        foreach (var part in bytes.Slice(0, taken))
        {
            _received.Write(part.Span);
        }

        Calls.Add(taken <= 16 ? "received " + Encoding.Latin1.GetString(bytes.Slice(0, taken)) : $"received {taken} bytes");
        bytes = bytes.Slice(taken);
    }

    public void OnWritable()
    {
        Assert.False(IsClosed, "A send may go on after the end.");
        WritableCount++;
        Writable?.Invoke();
    }

    public void OnClosed(bool byPeer)
    {
        Assert.False(IsClosed, "The end was told twice.");
        IsClosed = true;
        Calls.Add(byPeer ? "closed by peer" : "closed by us");
    }
}
