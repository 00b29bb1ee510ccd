using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>Makes access tokens (RFC 7519, HS256) as the server's own accounts would, written without use of its code.</summary>
internal static class Tokens
{
    /// <summary>What the servers under test are configured with.</summary>
    public const string SigningKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    public static string Of(string user, params string[] roles) => Of(user, TimeSpan.FromHours(1), roles);

    public static string Of(string user, TimeSpan life, params string[] roles)
    {
        var expires = DateTimeOffset.UtcNow.Add(life).ToUnixTimeSeconds();
        var header = Encode("""{"alg":"HS256","typ":"JWT"}""");
        var payload = Encode(JsonSerializer.Serialize(new { sub = user, iss = "gateway", aud = "gateway", exp = expires, roles }));
        var signature = HMACSHA256.HashData(Convert.FromBase64String(SigningKey), Encoding.ASCII.GetBytes($"{header}.{payload}"));
        return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
