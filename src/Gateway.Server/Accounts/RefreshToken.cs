using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Server.Accounts;

/// <summary>256 random bits, shown once to the client as base64url; the server keeps the SHA-256 alone. No salt: there is nothing to guess.</summary>
internal static class RefreshToken
{
    private const int TokenBytes = 32;

    public static string Create(out byte[] hash)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        hash = SHA256.HashData(Encoding.ASCII.GetBytes(token));
        return token;
    }

    public static bool TryHash(string? token, [NotNullWhen(true)] out byte[]? hash)
    {
        hash = token is { Length: > 0 and <= 128 } && Ascii.IsValid(token) ? SHA256.HashData(Encoding.ASCII.GetBytes(token)) : null;
        return hash is not null;
    }
}
