using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Connections;

/// <summary>A connection that a server has let in: its bytes, and what it said of itself.</summary>
internal sealed class Transport(Socket socket, Stream stream, PipeReader reader, ServerInfo info, ServerAddress server) : IDisposable
{
    public Stream Stream { get; } = stream;

    /// <summary>Over the stream; may hold bytes that came with the handshake.</summary>
    public PipeReader Reader { get; } = reader;

    public ServerInfo Info { get; } = info;

    public ServerAddress Server { get; } = server;

    public string RemoteAddress { get; } = socket.RemoteEndPoint?.ToString() ?? server.ToString();

    /// <summary>Ends every read and write under way. May be called at any time, more than once, from any thread.</summary>
    public void Abort() => socket.Dispose();

    public void Dispose()
    {
        socket.Dispose();
        Stream.Dispose();
    }
}
