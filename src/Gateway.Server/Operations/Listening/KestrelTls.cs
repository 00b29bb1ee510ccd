using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Server.Operations.Listening;

/// <summary>TLS as Kestrel speaks it on its own pipes, always with the node's certificate of now. Any thread.</summary>
internal sealed class KestrelTls(NodeCertificate certificate)
{
    private volatile Terms? _terms;

    public TlsHandshakeCallbackOptions Options => new() { OnConnection = _ => ValueTask.FromResult(Current()) };

    private SslServerAuthenticationOptions Current()
    {
        var chain = certificate.Current!;
        if (_terms is not { } terms || terms.Chain != chain)
            _terms = terms = new Terms(chain, Make(chain));
        return terms.Options;
    }

    private static SslServerAuthenticationOptions Make(X509Certificate2Collection chain) => new()
    {
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        ServerCertificateContext = SslStreamCertificateContext.Create(chain[0], [.. chain.Skip(1)], offline: true),
    };

    private sealed record Terms(X509Certificate2Collection Chain, SslServerAuthenticationOptions Options);
}
