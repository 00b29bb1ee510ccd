using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Listening;

/// <summary>The node's certificate: loaded or made at first use, and loaded again when its files have changed. Any thread.</summary>
internal sealed class NodeCertificate : IDisposable
{
    private readonly IOptions<NodeOptions> _options;
    private readonly Lazy<X509Certificate2Collection?> _first;
    private readonly Lock _renewing = new();
    private volatile X509Certificate2Collection? _renewed;
    private byte[]? _seen;

    public NodeCertificate(IOptions<NodeOptions> options, TimeProvider time)
    {
        _options = options;
        _first = new(() =>
        {
            _seen = Digest();
            return Load(options.Value, time);
        });
    }

    /// <summary>The certificate first, then its issuers; null when the node speaks plain TCP. One that was renewed is another object.</summary>
    /// <exception cref="StartRefusedException">The files cannot be used; the sentence says why.</exception>
    public X509Certificate2Collection? Current => _renewed ?? _first.Value;

    /// <summary>Where clients find the PEM of a certificate made by the node itself.</summary>
    public string? SelfSignedPath => _options.Value.Tls.SelfSigned ? SelfSignedCertificate.PathIn(_options.Value.DataDirectory) : null;

    /// <summary>There is another one, which becomes <see cref="Current"/> after this unless somebody throws <see cref="CryptographicException"/>: then it cannot be used.</summary>
    public event Action<X509Certificate2Collection>? Renewing;

    /// <summary>Looks at the files, and loads them when they are not what they were when they were last looked at.</summary>
    /// <returns>Whether there is a new certificate.</returns>
    /// <exception cref="StartRefusedException">They have changed and cannot be used, perhaps only half of them has been written; the former certificate stays. Said once for what they are now.</exception>
    public bool TryRenew()
    {
        lock (_renewing)
        {
            if (_options.Value.Tls is not { SelfSigned: false, IsOn: true } tls || Current is not { } former)
                return false;
            var digest = Digest();
            if (digest.AsSpan().SequenceEqual(_seen))
                return false;
            _seen = digest;
            var chain = LoadGiven(tls, chain => Renewing?.Invoke(chain));
            if (chain[0].RawDataMemory.Span.SequenceEqual(former[0].RawDataMemory.Span) && chain.Count == former.Count)
                return false;

            // The former one is left to the collector: handshakes may be under way with it.
            _renewed = chain;
            return true;
        }
    }

    public void Dispose()
    {
        if ((_renewed ?? (_first.IsValueCreated ? _first.Value : null)) is not { } chain)
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
        return LoadGiven(node.Tls, static _ => { });
    }

    private static X509Certificate2Collection LoadGiven(TlsOptions tls, Action<X509Certificate2Collection> use)
    {
        try
        {
            var chain = LoadFiles(tls);
            use(chain);
            return chain;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // An argument: .NET says so of a key that is another certificate's.
            throw new StartRefusedException($"Gateway:Tls: the certificate '{tls.Certificate}' cannot be used: {e.Message}");
        }
    }

    // Of the contents, wherever links lead: the tools that renew certificates swap links, and times of files tell little. Nothing for a file that cannot be read.
    private byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in (string?[])[_options.Value.Tls.Certificate, _options.Value.Tls.Key])
        {
            try
            {
                if (!string.IsNullOrEmpty(path))
                    hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                hash.AppendData([0]);
            }
        }

        return hash.GetHashAndReset();
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
