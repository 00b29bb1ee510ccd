using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Listening;

/// <summary>Gives Kestrel the node's one endpoint, with TLS when configured, and attaches the connection middleware.</summary>
internal sealed class NodeListening(IOptions<NodeOptions> options, NodeCertificate certificate, IEnumerable<ITlsEndpoint> tls, IEnumerable<IConnectionMiddleware> middleware)
    : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        ConfigureListening(kestrel, options.Value, tls.Any(static each => each.SpeaksTls) || certificate.Current is null ? null : new KestrelTls(certificate), listen =>
        {
            foreach (var each in middleware)
                each.Attach(listen);
        });
    }

    /// <param name="kestrel">The server to configure.</param>
    /// <param name="node">Address and port.</param>
    /// <param name="tls">Null for plain TCP, or when the transport speaks TLS itself.</param>
    /// <param name="connectionMiddleware">Attached after TLS, so that it sees plain bytes either way.</param>
    public static void ConfigureListening(
        KestrelServerOptions kestrel, NodeOptions node, KestrelTls? tls, Action<ListenOptions> connectionMiddleware)
    {
        if (!ListenAddress.TryParse(node.Address, out var address))
            throw new InvalidOperationException($"'{node.Address}' is no address to listen on."); // NodeOptions refuses it with a sentence at start.

        address.Listen(kestrel, node.Port, listen =>
        {
            // Not HTTP/2: Kestrel would announce RFC 8441, and browsers would open WebSockets as streams of an HTTP/2 connection,
            // behind which no lane owns a socket.
            listen.Protocols = HttpProtocols.Http1;
            if (tls is not null)
                listen.UseHttps(tls.Options);
            connectionMiddleware(listen);
        });
    }
}
