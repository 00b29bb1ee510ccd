using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// The lane-socket transport of DESIGN.md for Kestrel: used on Linux, plain and with TLS, unless the settings choose pipes. For anything else Kestrel goes on to its own transport.
/// </summary>
internal sealed class LaneListenerFactory(IServiceProvider provider, LaneTransport transport, ILoggerFactory logs)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint && transport.IsUsed;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new LaneListener((IPEndPoint)endpoint, provider.GetRequiredService<LaneSocketNode>(), transport.Tls, logs));
}
