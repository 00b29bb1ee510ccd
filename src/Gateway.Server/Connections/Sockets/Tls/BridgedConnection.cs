using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>What Kestrel sees of a connection behind an <see cref="HttpBridge"/>: decrypted bytes, and that they came over TLS.</summary>
internal sealed class BridgedConnection : DefaultConnectionContext, ITlsConnectionFeature
{
    private readonly HttpBridge _bridge;
    private readonly CancellationTokenSource _closed = new();

    public BridgedConnection(HttpBridge bridge, EndPoint? remote, EndPoint? local)
        : base(CorrelationOf(), new DuplexPipe(bridge.Input, bridge.Output), new DuplexPipe(bridge.Input, bridge.Output))
    {
        _bridge = bridge;
        RemoteEndPoint = remote;
        LocalEndPoint = local;
        ConnectionClosed = _closed.Token;
        Features.Set<ITlsConnectionFeature>(this);
        bridge.Start(this);
    }

    /// <summary>Clients are not asked for one.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);

    public override void Abort(ConnectionAbortedException abortReason) => _bridge.Abort();

    /// <summary>The socket is closed: tells whoever waits for it.</summary>
    public void OnClosed() => _closed.Cancel();

    public override async ValueTask DisposeAsync()
    {
        await _bridge.Input.CompleteAsync().ConfigureAwait(false);
        await _bridge.Output.CompleteAsync().ConfigureAwait(false);
        _bridge.End();
        await _bridge.Ended.ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private static string CorrelationOf() => Guid.NewGuid().ToString("N");

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
