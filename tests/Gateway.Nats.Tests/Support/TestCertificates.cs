using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Nats.Tests.Support;

/// <summary>An authority of the test's own, certificates for a server at 127.0.0.1 and for a client, in files for nats-server too.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-tls-");
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Authorities = [X509CertificateLoader.LoadCertificate(_authority.RawData)];
        Server = Issue("CN=server", "1.3.6.1.5.5.7.3.1");
        Client = Issue("CN=client", "1.3.6.1.5.5.7.3.2");
        File.WriteAllText(PathOf("ca.pem"), _authority.ExportCertificatePem());
        File.WriteAllText(PathOf("cert.pem"), Server.ExportCertificatePem());
        File.WriteAllText(PathOf("key.pem"), Server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2Collection Authorities { get; }

    public X509Certificate2 Server { get; }

    public X509Certificate2 Client { get; }

    /// <summary>The block <c>tls</c> of a server's configuration.</summary>
    public string Configuration(bool verify) => $$"""
        tls { cert_file: "{{PathOf("cert.pem")}}", key_file: "{{PathOf("key.pem")}}", ca_file: "{{PathOf("ca.pem")}}", verify: {{(verify ? "true" : "false")}}, timeout: 10 }
        """;

    public void Dispose()
    {
        _authority.Dispose();
        Server.Dispose();
        Client.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private X509Certificate2 Issue(string name, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var issued = request.Create(_authority, new DateTimeOffset(_authority.NotBefore), new DateTimeOffset(_authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);

        // Through PKCS#12, so that the key can be used by a TLS stream everywhere.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
