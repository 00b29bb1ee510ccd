using System.IO.Pipelines;
using System.Net;
using System.Text;
using Gateway.Server.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>A TCP connection as the upgrade middleware sees it, without TCP.</summary>
internal sealed class HandshakePeer : IDisposable
{
    private readonly Pipe _toServer = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(useSynchronizationContext: false));
    private readonly DefaultConnectionContext _context;
    private readonly Task _served;

    public HandshakePeer(ConnectionNode node)
    {
        _context = new DefaultConnectionContext("handshake") { Transport = new Duplex(_toServer.Reader, _toClient.Writer), RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1) };
        _served = new UpgradeMiddleware(node).ServeAsync(_context, static _ => Task.CompletedTask);
    }

    public void Send(string text) => _toServer.Writer.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask().GetAwaiter().GetResult();

    /// <summary>The version and the status of the answer.</summary>
    public string ReadStatus()
    {
        var result = _toClient.Reader.ReadAtLeastAsync(12).AsTask().WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();
        return Encoding.ASCII.GetString(result.Buffer.Slice(0, 12));
    }

    public void Dispose()
    {
        _toServer.Writer.Complete();
        _toClient.Reader.Complete();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
