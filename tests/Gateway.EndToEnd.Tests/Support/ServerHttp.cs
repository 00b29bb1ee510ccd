using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>An HTTP client for a server under test, which trusts the certificate that the server has made itself, and no other.</summary>
internal static class ServerHttp
{
    public static HttpClient Create(GatewayProcess server)
    {
        var handler = new SocketsHttpHandler();
        if (server.CertificateFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(file));
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return new HttpClient(handler) { BaseAddress = server.Address };
    }
}
