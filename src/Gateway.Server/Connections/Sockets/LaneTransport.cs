using System.Security.Cryptography;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Listening;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Connections.Sockets;

/// <summary>Whether the lanes of this node own their sockets, and with what TLS; found out once, at first use.</summary>
internal sealed class LaneTransport(
    IOptions<ConnectionOptions> connections, IOptions<NodeOptions> node, NodeCertificate certificate, ILogger<LaneTransport> log) : ITlsEndpoint, IDisposable
{
    private readonly Lazy<TlsContext?> _tls = new(() => MakeTls(connections.Value, certificate, log));

    public bool IsUsed => IsWanted(connections.Value) && (!node.Value.Tls.IsOn || Tls is not null);

    /// <summary>Null when the node speaks plain TCP, or TLS on Kestrel's pipes.</summary>
    public TlsContext? Tls => _tls.Value;

    bool ITlsEndpoint.SpeaksTls => Tls is not null;

    public void Dispose()
    {
        if (_tls is { IsValueCreated: true, Value: { } tls })
        {
            tls.Dispose();
        }
    }

    private static bool IsWanted(ConnectionOptions connections) => OperatingSystem.IsLinux() && connections.Transport == TransportKind.LaneSocket;

    private static TlsContext? MakeTls(ConnectionOptions connections, NodeCertificate certificate, ILogger log)
    {
        if (!IsWanted(connections) || certificate.Current is not { } chain)
        {
            return null;
        }

        try
        {
            var tls = new TlsContext(chain);
            certificate.Renewing += tls.Renew;
            return tls;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or CryptographicException)
        {
            Log.NoTlsOnLanes(log, e.Message);
            return null;
        }
    }
}
