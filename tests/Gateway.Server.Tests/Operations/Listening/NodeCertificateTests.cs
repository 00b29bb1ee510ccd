using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Listening;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Server.Tests.Operations.Listening;

public sealed class NodeCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SelfSigned_isKept_untilAWeekBeforeItEnds()
    {
        var first = SelfSigned();
        Assert.Equal(first, SelfSigned());

        _time.Advance(TimeSpan.FromDays(357));
        Assert.Equal(first, SelfSigned());
        _time.Advance(TimeSpan.FromDays(2));
        Assert.NotEqual(first, SelfSigned());
    }

    [Fact]
    public void SelfSigned_namesThisMachine_andHidesItsKey()
    {
        using var certificate = SelfSignedCertificate.GetOrMake(_folder.Path, _time.GetUtcNow());

        Assert.True(certificate.HasPrivateKey);
        Assert.True(certificate.MatchesHostname("localhost", allowWildcards: false, allowCommonName: false));
        Assert.True(certificate.MatchesHostname("127.0.0.1", allowWildcards: false, allowCommonName: false));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("tls/key.pem")));
    }

    [Fact]
    public void SelfSigned_halfWritten_isMadeAnew()
    {
        var first = SelfSigned();
        File.WriteAllText(_folder.File("tls/certificate.pem"), "-----BEGIN CERTIFICATE-----\nMIIB");

        Assert.NotEqual(first, SelfSigned());
    }

    [Theory]
    [InlineData("pem", null)]
    [InlineData("encrypted", "secret")]
    [InlineData("pfx", "secret")]
    [InlineData("pfx", null)]
    public void Files_everyForm_isLoadedWithItsKey(string form, string? password)
    {
        using var certificate = Load(WriteForm(form, password));

        Assert.Equal("CN=test", certificate.Current![0].Subject);
        Assert.True(certificate.Current[0].HasPrivateKey);
    }

    [Theory]
    [InlineData("rsa", true)]
    [InlineData("ecdsa", true)]
    [InlineData("rsa", false)]
    [InlineData("ecdsa", false)]
    public void Pfx_withItsIssuers_isLoadedWhole_theCertificateFirst(string kind, bool ownIsLast)
    {
        using AsymmetricAlgorithm key = kind == "rsa" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, until) = (_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(1));
        var request = new CertificateRequest("CN=issuer", issuerKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var issuer = request.CreateSelfSigned(from, until);
        using var own = key switch
        {
            RSA rsa => new CertificateRequest("CN=test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), from, until, [1]).CopyWithPrivateKey(rsa),
            ECDsa ecdsa => new CertificateRequest("CN=test", ecdsa, HashAlgorithmName.SHA256).Create(issuer, from, until, [1]).CopyWithPrivateKey(ecdsa),
            _ => throw new InvalidOperationException(kind),
        };
        using var issuerPublic = X509CertificateLoader.LoadCertificate(issuer.RawData);
        X509Certificate2Collection all = ownIsLast ? [issuerPublic, own] : [own, issuerPublic];
        File.WriteAllBytes(_folder.File("c.pfx"), all.Export(X509ContentType.Pkcs12, "secret")!);
        using var certificate = Load(new TlsOptions { Certificate = _folder.File("c.pfx"), Password = "secret" });

        Assert.Equal(["CN=test", "CN=issuer"], certificate.Current!.Select(static each => each.Subject));
        Assert.True(certificate.Current![0].HasPrivateKey);
        if (OperatingSystem.IsLinux())
        {
            using var tls = new TlsContext(certificate.Current);
            Assert.Equal(0, tls.OpenCount);
        }
    }

    [Theory]
    [InlineData("encrypted")]
    [InlineData("pfx")]
    public void Files_wrongPassword_isOneSentence_withoutIt(string form)
    {
        var tls = WriteForm(form, "secret");
        tls.Password = "wrong";
        using var certificate = Load(tls);

        var refused = Assert.Throws<StartRefusedException>(() => certificate.Current);
        Assert.StartsWith("Gateway:Tls: the certificate", Assert.Single(refused.Sentences));
        Assert.DoesNotContain("wrong'", refused.Message);
    }

    [Fact]
    public void Files_certificateWithoutKey_isRefused()
    {
        var tls = WriteForm("pem", null);
        tls.Key = null;
        using var certificate = Load(tls);

        Assert.Throws<StartRefusedException>(() => certificate.Current);
    }

    [Fact]
    public void Files_none_meansPlainTcp()
    {
        using var certificate = Load(new TlsOptions());
        Assert.Null(certificate.Current);
    }

    [Theory]
    [InlineData("pem", null)]
    [InlineData("encrypted", "secret")]
    [InlineData("pfx", "secret")]
    public void Files_thatWereRenewed_areLoadedOnce(string form, string? password)
    {
        using var certificate = Load(WriteForm(form, password));
        var first = certificate.Current![0].Thumbprint;
        Assert.False(certificate.TryRenew());

        WriteForm(form, password);
        Assert.True(certificate.TryRenew());
        Assert.NotEqual(first, certificate.Current![0].Thumbprint);
        Assert.True(certificate.Current[0].HasPrivateKey);
        Assert.False(certificate.TryRenew());
    }

    // As the tools do it: the certificate and the key are two files, and a link is swapped.
    [Fact]
    public void Files_halfRenewed_leaveTheFormerOne_andAreSaidOnce()
    {
        var tls = WriteForm("pem", null);
        using var certificate = Load(tls);
        var first = certificate.Current![0];
        var key = File.ReadAllText(tls.Key!);
        WriteForm("pem", null);
        var newKey = File.ReadAllText(tls.Key!);
        File.WriteAllText(tls.Key!, key);

        Assert.Throws<StartRefusedException>(() => certificate.TryRenew());
        Assert.False(certificate.TryRenew());
        Assert.Same(first, certificate.Current![0]);
        File.Delete(tls.Key!);
        Assert.Throws<StartRefusedException>(() => certificate.TryRenew());
        Assert.Same(first, certificate.Current![0]);

        var next = _folder.Write("next.pem", newKey);
        File.CreateSymbolicLink(tls.Key!, next);
        Assert.True(certificate.TryRenew());
        Assert.NotEqual(first.Thumbprint, certificate.Current![0].Thumbprint);
    }

    [Fact]
    public void Files_thatSomebodyCannotUse_leaveTheFormerOne()
    {
        using var certificate = Load(WriteForm("pem", null));
        var first = certificate.Current![0];
        certificate.Renewing += _ => throw new CryptographicException("not this one");
        WriteForm("pem", null);

        Assert.Contains("not this one", Assert.Throws<StartRefusedException>(() => certificate.TryRenew()).Message, StringComparison.Ordinal);
        Assert.Same(first, certificate.Current![0]);
    }

    [Fact]
    public void Files_touchedOrAbsent_areNoRenewal()
    {
        var tls = WriteForm("pem", null);
        using var certificate = Load(tls);
        var first = certificate.Current![0];
        File.AppendAllText(tls.Key!, "\n");
        Assert.False(certificate.TryRenew());
        Assert.Same(first, certificate.Current![0]);

        using var plain = Load(new TlsOptions());
        Assert.False(plain.TryRenew());
        using var selfSigned = Load(new TlsOptions { SelfSigned = true });
        Assert.NotNull(selfSigned.Current);
        Assert.False(selfSigned.TryRenew());
    }

    private TlsOptions WriteForm(string form, string? password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(_time.GetUtcNow(), _time.GetUtcNow().AddDays(1));
        if (form == "pfx")
        {
            File.WriteAllBytes(_folder.File("c.pfx"), made.Export(X509ContentType.Pkcs12, password));
            return new TlsOptions { Certificate = _folder.File("c.pfx"), Password = password };
        }

        var pem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return new TlsOptions { Certificate = _folder.Write("c.pem", made.ExportCertificatePem()), Key = _folder.Write("k.pem", pem), Password = password };
    }

    private string SelfSigned()
    {
        using var certificate = SelfSignedCertificate.GetOrMake(_folder.Path, _time.GetUtcNow());
        return certificate.Thumbprint;
    }

    private NodeCertificate Load(TlsOptions tls) => new(Options.Create(new NodeOptions { DataDirectory = _folder.Path, Tls = tls }), _time);
}
