using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Server.Accounts;
using Gateway.Server.Storage;
using Gateway.Server.Tests.Storage;
using Gateway.Server.Tests.Support;
using Gateway.Transcoding.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Accounts;

public sealed class JwtTokenValidatorTests : IDisposable
{
    private static readonly byte[] Secret = Enumerable.Range(0, 32).Select(static number => (byte)number).ToArray();
    private readonly ScratchDirectory _scratch = new();
    private readonly ManualTime _time = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly AccountsOptions _options = new() { SigningKey = Convert.ToBase64String(Secret) };
    private readonly List<IDisposable> _owned = [];

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose()
    {
        foreach (var each in _owned)
            each.Dispose();
        _rsa.Dispose();
        _ec.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Own_token_is_valid_and_carries_its_claims()
    {
        var identity = await ValidAsync(Hs256(Claims(new
        {
            roles = (string[])["a", "b"],
            rooms = (string[])["chat:1#join", "doc:*"],
            team = "red",
            age = 7,
        })));
        Assert.Equal(("u1", "Ann", DateTimeOffset.FromUnixTimeSeconds(Now + 60)), (identity.UserId, identity.Name, identity.ExpiresAt));
        Assert.Equal(["a", "b"], identity.Roles);
        Assert.Equal(["chat:1#join", "doc:*"], identity.RoomGrants);
        Assert.Equal([KeyValuePair.Create("team", "red")], identity.Claims);
    }

    [Theory]
    [InlineData("admin service", "admin|service")]
    [InlineData("admin, service ,admin", "admin|service")]
    [InlineData("", "")]
    public async Task Roles_may_be_one_string(string roles, string expected) =>
        Assert.Equal(expected, string.Join('|', (await ValidAsync(Hs256(Claims(new { roles })))).Roles));

    [Fact]
    public async Task Provider_token_is_valid_by_its_key()
    {
        UseJwks(Jwk(_rsa, "r1"), Jwk(_ec, "e1"));
        Assert.Equal("u1", (await ValidAsync(Rs256("r1"))).UserId);
        Assert.Equal("u1", (await ValidAsync(Es256("e1"))).UserId);
        Assert.Equal("u1", (await ValidAsync(Rs256(null))).UserId);
    }

    [Fact]
    public async Task Unsigned_token_is_refused_in_every_spelling()
    {
        UseJwks(Jwk(_rsa, "r1"));
        foreach (var alg in (string[])["none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS512", "PS256", "dir"])
        {
            var head = Part(new { alg, typ = "JWT", kid = "r1" });
            var body = Part(Claims());
            foreach (var signature in (string[])["", "AA", Base64Url(HMACSHA256.HashData(Secret, Encoding.ASCII.GetBytes($"{head}.{body}")))])
                await InvalidAsync($"{head}.{body}.{signature}");
        }
    }

    /// <summary>The classic: the public key, which everybody has, taken for an HMAC secret.</summary>
    [Fact]
    public async Task Public_key_is_no_secret()
    {
        UseJwks(Jwk(_rsa, "r1"), Jwk(_ec, "e1"));
        var jwks = await File.ReadAllTextAsync(_options.Jwks.File!);
        foreach (var secret in new[]
        {
            _rsa.ExportSubjectPublicKeyInfoPem(), _rsa.ExportRSAPublicKeyPem(), Convert.ToBase64String(_rsa.ExportSubjectPublicKeyInfo()), jwks,
            Base64Url(_rsa.ExportParameters(false).Modulus!),
        })
        {
            foreach (var kid in (string?[])["r1", "e1", null, new SigningKeysProbe(_options).KeyId])
                await InvalidAsync(Sign(new { alg = "HS256", kid }, Claims(), data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), data)));
        }

        foreach (var bytes in new[] { _rsa.ExportSubjectPublicKeyInfo(), _rsa.ExportParameters(false).Modulus!, _ec.ExportSubjectPublicKeyInfo() })
            await InvalidAsync(Sign(new { alg = "HS256", kid = "r1" }, Claims(), data => HMACSHA256.HashData(bytes, data)));
    }

    [Fact]
    public async Task Key_of_one_kind_never_serves_another()
    {
        UseJwks(Jwk(_rsa, "k"), Jwk(_ec, "k"));
        await InvalidAsync(Sign(new { alg = "ES256", kid = "k" }, Claims(), data => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        await InvalidAsync(Sign(new { alg = "RS256", kid = "k" }, Claims(), data => _ec.SignData(data, HashAlgorithmName.SHA256)));
        await InvalidAsync(Sign(new { alg = "RS256", kid = "k" }, Claims(), data => HMACSHA256.HashData(Secret, data)));
        await ValidAsync(Rs256("k"));
        await ValidAsync(Es256("k"));
    }

    [Fact]
    public async Task Symmetric_key_in_a_key_set_is_passed_over()
    {
        var oct = new { kty = "oct", kid = "o", k = Base64Url(Secret), alg = "HS256" };
        UseJwks(oct, Jwk(_rsa, "r1"));
        _options.SigningKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await InvalidAsync(Sign(new { alg = "HS256", kid = "o" }, Claims(), data => HMACSHA256.HashData(Secret, data)));
    }

    [Fact]
    public async Task Key_for_encryption_for_another_algorithm_or_too_short_is_passed_over()
    {
        using var small = RSA.Create(1024);
        UseJwks(Jwk(_rsa, "enc", use: "enc"), Jwk(_rsa, "ps", alg: "PS256"), Jwk(small, "small"));
        await InvalidAsync(Rs256("enc"));
        await InvalidAsync(Rs256("ps"));
        await InvalidAsync(Sign(new { alg = "RS256", kid = "small" }, Claims(), data => small.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public async Task Key_that_the_token_brings_along_is_ignored()
    {
        using var mine = RSA.Create(2048);
        UseJwks(Jwk(_rsa, "r1"));
        await InvalidAsync(Sign(
            new { alg = "RS256", jwk = Jwk(mine, "r1"), jku = "http://127.0.0.1:1/", x5u = "http://127.0.0.1:1/", kid = "r1" }, Claims(),
            data => mine.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public async Task Token_that_was_changed_is_refused()
    {
        var parts = Hs256(Claims()).Split('.');
        await InvalidAsync($"{parts[0]}.{Part(Claims(new { roles = "admin" }))}.{parts[2]}");
        await InvalidAsync($"{parts[0]}.{parts[1]}.");
        await InvalidAsync($"{parts[0]}.{parts[1]}");
        await InvalidAsync($"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("....")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.AAAA")]
    [InlineData("eyJhbGciOjF9.e30.AAAA")]
    [InlineData("W10.W10.AAAA")]
    [InlineData("\0\0\0")]
    [InlineData("ÿÿ.ÿÿ.ÿÿ")]
    public Task Nonsense_is_refused_without_a_fault(string token) => InvalidAsync(token);

    [Fact]
    public async Task Random_bytes_and_mutations_are_refused_without_a_fault()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var validator = Validator();
        var good = Hs256(Claims());
        for (var round = 0; round < 500; round++)
        {
            var token = good.ToCharArray();
            for (var count = random.Next(1, 5); count > 0; count--)
                token[random.Next(token.Length)] = (char)random.Next(1, 0x180);
            var text = new string(token);
            var status = (await validator.ValidateAsync(text, default)).Status;
            // The last character of a base64url part may have bits that say nothing.
            Assert.True(status is TokenStatus.Invalid || SameBytes(text, good), $"seed {seed}: {text}");
        }
    }

    [Fact]
    public async Task Token_over_8_KiB_is_refused() => await InvalidAsync(Hs256(Claims(new { team = new string('x', 8 * 1024) })));

    [Theory]
    [InlineData("other", "gateway")]
    [InlineData("gateway", "other")]
    [InlineData(null, "gateway")]
    [InlineData("gateway", null)]
    public Task Token_of_another_issuer_or_audience_is_refused(string? iss, string? aud) => InvalidAsync(Hs256(Claims(new { iss, aud })));

    [Fact]
    public async Task Provider_issuer_and_audience_are_checked_when_configured()
    {
        UseJwks(Jwk(_rsa, "r1"));
        await ValidAsync(Rs256("r1", new { iss = "anyone", aud = "anything" }));
        _options.Jwks.Issuer = "https://login.example.org/";
        _options.Jwks.Audience = "gateway-api";
        await ValidAsync(Rs256("r1", new { iss = "https://login.example.org/", aud = (string[])["x", "gateway-api"] }));
        await InvalidAsync(Rs256("r1", new { iss = "https://login.example.org/", aud = "x" }));
        await InvalidAsync(Rs256("r1", new { iss = "https://evil.example.org/", aud = "gateway-api" }));
    }

    [Fact]
    public async Task Times_are_checked_with_the_clock_skew()
    {
        await ValidAsync(Hs256(Claims(new { exp = Now - 29 })));
        await StatusAsync(TokenStatus.Expired, Hs256(Claims(new { exp = Now - 30 })));
        await ValidAsync(Hs256(Claims(new { nbf = Now + 30 })));
        await InvalidAsync(Hs256(Claims(new { nbf = Now + 31 })));
        await InvalidAsync(Hs256(Claims(new { exp = "soon" })));
        await StatusAsync(TokenStatus.Expired, Hs256(Claims(new { exp = 0 })));
        await InvalidAsync(Hs256(Claims(new { exp = long.MaxValue })));
    }

    [Fact]
    public async Task Token_inside_its_grace_ends_with_the_grace() =>
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Now - 10 + 30), (await ValidAsync(Hs256(Claims(new { exp = Now - 10 })))).ExpiresAt);

    [Fact]
    public async Task Token_without_an_end_needs_the_option()
    {
        await InvalidAsync(Hs256(Claims(new { exp = (long?)null })));
        _options.RequireExpiration = false;
        Assert.Equal(DateTimeOffset.MaxValue, (await ValidAsync(Hs256(Claims(new { exp = (long?)null })))).ExpiresAt);
    }

    [Fact]
    public async Task Subject_must_name_a_user()
    {
        await InvalidAsync(Hs256(Claims(new { sub = (string?)null })));
        await InvalidAsync(Hs256(Claims(new { sub = "" })));
        await InvalidAsync(Hs256(Claims(new { sub = new string('ü', 65) })));
        await InvalidAsync(Hs256(Claims(new { sub = "a\nb" })));
        await ValidAsync(Hs256(Claims(new { sub = new string('ü', 64) })));
    }

    [Fact]
    public async Task Local_tokens_are_refused_when_local_accounts_are_off()
    {
        UseJwks(Jwk(_rsa, "r1"));
        _options.LocalAccounts = false;
        await InvalidAsync(Hs256(Claims()));
        await ValidAsync(Rs256("r1"));
    }

    [Fact]
    public async Task Provider_tokens_are_refused_when_there_is_no_provider() => await InvalidAsync(Rs256("r1"));

    private static string Part(object value) => Base64Url(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static bool SameBytes(string left, string right)
    {
        var (a, b) = (left.Split('.'), right.Split('.'));
        return a.Length == 3 && a[0] == b[0] && a[1] == b[1]
            && System.Buffers.Text.Base64Url.IsValid(a[2]) && System.Buffers.Text.Base64Url.DecodeFromChars(a[2]).SequenceEqual(System.Buffers.Text.Base64Url.DecodeFromChars(b[2]));
    }

    private static object Jwk(RSA key, string kid, string use = "sig", string? alg = null)
    {
        var parameters = key.ExportParameters(false);
        return new { kty = "RSA", kid, use, alg, n = Base64Url(parameters.Modulus!), e = Base64Url(parameters.Exponent!) };
    }

    private static object Jwk(ECDsa key, string kid)
    {
        var parameters = key.ExportParameters(false);
        return new { kty = "EC", crv = "P-256", kid, x = Base64Url(parameters.Q.X!), y = Base64Url(parameters.Q.Y!) };
    }

    private static string Sign(object head, object body, Func<byte[], byte[]> sign)
    {
        var text = $"{Part(head)}.{Part(body)}";
        return $"{text}.{Base64Url(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Hs256(object claims) => Sign(new { alg = "HS256", typ = "JWT" }, claims, static data => HMACSHA256.HashData(Secret, data));

    private string Rs256(string? kid, object? more = null) =>
        Sign(new { alg = "RS256", kid }, Claims(more), data => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private string Es256(string? kid) => Sign(new { alg = "ES256", kid }, Claims(), data => _ec.SignData(data, HashAlgorithmName.SHA256));

    /// <summary>Good claims, with others over them; null takes one away.</summary>
    private Dictionary<string, object> Claims(object? more = null)
    {
        var claims = new Dictionary<string, object> { ["sub"] = "u1", ["name"] = "Ann", ["iss"] = "gateway", ["aud"] = "gateway", ["exp"] = Now + 60 };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            if (property.GetValue(more) is { } value)
                claims[property.Name] = value;
            else
                claims.Remove(property.Name);
        }

        return claims;
    }

    private void UseJwks(params object[] keys)
    {
        _options.Jwks.File = Path.Combine(_scratch.Path, "jwks.json");
        File.WriteAllText(_options.Jwks.File, JsonSerializer.Serialize(new { keys }));
    }

    private JwtTokenValidator Validator()
    {
        var options = Options.Create(_options);
        var data = new DataDirectory(TemporaryDatabase.Configuration(Path.Combine(_scratch.Path, Guid.NewGuid().ToString())));
        var source = new JwksSource(options, _time, NullLogger<JwksSource>.Instance);
        var keys = new JwksKeys(source, options, _time, NullLogger<JwksKeys>.Instance);
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _owned.AddRange([data, source, keys, services]);
        return new JwtTokenValidator(new SigningKeys(options, data), keys, options, _time, ActivatorUtilities.CreateInstance<AccountsMetrics>(services));
    }

    private async Task<Identity> ValidAsync(string token)
    {
        var validation = await Validator().ValidateAsync(token, default);
        Assert.Equal(TokenStatus.Valid, validation.Status);
        return validation.Identity!;
    }

    private Task InvalidAsync(string token) => StatusAsync(TokenStatus.Invalid, token);

    private async Task StatusAsync(TokenStatus expected, string token)
    {
        var validation = await Validator().ValidateAsync(token, default);
        Assert.Equal((expected, (Identity?)null), (validation.Status, validation.Identity));
    }
}
