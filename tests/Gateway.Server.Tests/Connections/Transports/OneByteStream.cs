using System.Net.Sockets;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>Sends each byte with a call of its own.</summary>
internal sealed class OneByteStream(Socket socket) : NetworkStream(socket)
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < buffer.Length; i++)
        {
            await base.WriteAsync(buffer.Slice(i, 1), cancellationToken);
            await Task.Yield();
        }
    }
}
