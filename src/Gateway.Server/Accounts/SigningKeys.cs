using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Gateway.Server.Storage;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <summary>
/// The secret of this gateway: signs access tokens, and (under derived keys, so that neither can stand in for the other) download links.
/// </summary>
internal sealed class SigningKeys
{
    private const int KeyBytes = 32;
    private const string FileName = "signing.key";
    private readonly byte[] _secret;

    public SigningKeys(IOptions<AccountsOptions> options, DataDirectory data)
    {
        var configured = options.Value.SigningKey;
        _secret = configured is { Length: > 0 } ? Decode(configured, "Gateway:Accounts:SigningKey") : LoadOrCreate(data.File(FileName));
        TokenKey = new SymmetricSecurityKey(_secret) { KeyId = "local-" + Convert.ToHexStringLower(SHA256.HashData(_secret))[..16] };
    }

    /// <summary>For HS256. Its id is a fingerprint, so that a token of an earlier key is told apart.</summary>
    public SymmetricSecurityKey TokenKey { get; }

    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    public static bool TryDecode(string base64, [NotNullWhen(true)] out byte[]? secret)
    {
        var buffer = new byte[base64.Length];
        secret = Convert.TryFromBase64String(base64, buffer, out var length) && length >= KeyBytes ? buffer[..length] : null;
        return secret is not null;
    }

    private static byte[] Decode(string base64, string source) =>
        TryDecode(base64.Trim(), out var secret)
            ? secret
            : throw new InvalidOperationException(
                $"{source} does not hold base64 of at least {KeyBytes} bytes. Restore it from a backup; or remove it, and everyone has to sign in again.");

    private static byte[] LoadOrCreate(string path)
    {
        if (!File.Exists(path))
            Create(path);

        return Decode(File.ReadAllText(path), path);
    }

    /// <summary>Written whole beside, then put in place unless another process was first: a crash leaves no half key.</summary>
    private static void Create(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = DataDirectory.PrivateFile;

        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
