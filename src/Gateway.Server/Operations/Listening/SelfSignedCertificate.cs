using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Server.Operations.Listening;

/// <summary>A certificate for localhost, made on the spot and kept, so that a client that was told to trust it can go on doing so.</summary>
internal static class SelfSignedCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(7);

    public static string PathIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "tls", "certificate.pem");

    public static X509Certificate2 GetOrMake(string dataDirectory, DateTimeOffset now)
    {
        var certificatePath = PathIn(dataDirectory);
        var keyPath = Path.Combine(Path.GetDirectoryName(certificatePath)!, "key.pem");
        return TryLoad(certificatePath, keyPath, now) ?? Make(certificatePath, keyPath, now);
    }

    private static X509Certificate2? TryLoad(string certificatePath, string keyPath, DateTimeOffset now)
    {
        if (!File.Exists(certificatePath) || !File.Exists(keyPath))
            return null;
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            if (certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime && certificate.NotAfter.ToUniversalTime() > (now + RenewBefore).UtcDateTime)
                return NodeCertificate.Usable(certificate);
            certificate.Dispose();
        }
        catch (CryptographicException)
        {
            // Half-written by a node that was killed; a new pair replaces it.
        }

        return null;
    }

    private static X509Certificate2 Make(string certificatePath, string keyPath, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Gateway development", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // Server authentication.

        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now + Lifetime);
        Directory.CreateDirectory(Path.GetDirectoryName(certificatePath)!);
        WritePrivate(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem() + "\n");
        return NodeCertificate.Usable(X509Certificate2.CreateFromPemFile(certificatePath, keyPath));
    }

    private static void WritePrivate(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
