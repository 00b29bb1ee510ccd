using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>Certificates of the kinds that nodes have.</summary>
internal static class TlsTestCertificate
{
    public static X509Certificate2Collection Ecdsa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return [Sign(new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256))];
    }

    public static X509Certificate2Collection Rsa()
    {
        using var key = RSA.Create(2048);
        return [Sign(new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))];
    }

    /// <summary>One that was issued by another, which is issued by a third.</summary>
    public static X509Certificate2Collection Chain()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var root = Authority("CN=root", rootKey).CreateSelfSigned(from, until);
        using var issuerPublic = Authority("CN=issuer", issuerKey).Create(root, from, until, [1]);
        using var issuer = issuerPublic.CopyWithPrivateKey(issuerKey);
        using var own = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).Create(issuer, from, until, [2]);
        return [own.CopyWithPrivateKey(key), X509CertificateLoader.LoadCertificate(issuerPublic.RawData), X509CertificateLoader.LoadCertificate(root.RawData)];
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request;
    }

    private static X509Certificate2 Sign(CertificateRequest request)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
