using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Listening;

/// <summary>The node's certificate, loaded or made once, at first use.</summary>
internal sealed class NodeCertificate(IOptions<NodeOptions> options, TimeProvider time) : IDisposable
{
    private readonly Lazy<X509Certificate2Collection?> _chain = new(() => Load(options.Value, time));

    /// <summary>The certificate first, then its issuers; null when the node speaks plain TCP.</summary>
    /// <exception cref="StartRefusedException">The files cannot be used; the sentence says why.</exception>
    public X509Certificate2Collection? Current => _chain.Value;

    /// <summary>Where clients find the PEM of a certificate made by the node itself.</summary>
    public string? SelfSignedPath => options.Value.Tls.SelfSigned ? SelfSignedCertificate.PathIn(options.Value.DataDirectory) : null;

    public void Dispose()
    {
        if (_chain is not { IsValueCreated: true, Value: { } chain })
            return;
        foreach (var certificate in chain)
            certificate.Dispose();
    }

    private static X509Certificate2Collection? Load(NodeOptions node, TimeProvider time)
    {
        if (!node.Tls.IsOn)
            return null;
        if (node.Tls.SelfSigned)
            return [SelfSignedCertificate.GetOrMake(node.DataDirectory, time.GetUtcNow())];

        try
        {
            return LoadFiles(node.Tls);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Gateway:Tls: the certificate '{node.Tls.Certificate}' cannot be used: {e.Message}");
        }
    }

    private static X509Certificate2Collection LoadFiles(TlsOptions tls)
    {
        var path = tls.Certificate!;
        if (!File.ReadAllText(path).Contains("-----BEGIN", StringComparison.Ordinal))
            return LoadPfx(path, tls.Password);

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        chain[0].Dispose();
        chain[0] = Usable(string.IsNullOrEmpty(tls.Password)
            ? X509Certificate2.CreateFromPemFile(path, tls.Key)
            : X509Certificate2.CreateFromEncryptedPemFile(path, tls.Password, tls.Key));
        return chain[0].HasPrivateKey ? chain : throw NoKey();
    }

    // Programs that write such files agree on no order: the node's own certificate is the one with a key, and the issuers follow as they stand.
    private static X509Certificate2Collection LoadPfx(string path, string? password)
    {
        var found = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
        var own = found.FirstOrDefault(static each => each.HasPrivateKey) ?? throw NoKey();
        return [own, .. found.Where(each => each != own)];
    }

    private static CryptographicException NoKey() => new("it has no private key.");

    /// <summary>SChannel refuses keys that were read from PEM and never stored; a trip through PKCS #12 makes them acceptable.</summary>
    internal static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
