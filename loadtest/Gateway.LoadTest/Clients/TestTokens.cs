using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.LoadTest.Clients;

/// <summary>Makes access tokens (RFC 7519, HS256) such as the gateway issues itself; for gateways whose signing key the tester knows.</summary>
internal sealed class TestTokens(string signingKey)
{
    /// <summary>What gateways started by this program sign with. It is public, so it is good for nothing else.</summary>
    public const string TestKey = "bG9hZCB0ZXN0IGtleSwgbmV2ZXIgaW4gcHJvZHVjdGlvbiE=";

    private readonly byte[] _key = Convert.FromBase64String(signingKey);
    private readonly string _header = Encode("""{"alg":"HS256","typ":"JWT"}""");

    public string Of(string user, DateTimeOffset expires)
    {
        var payload = Encode($$"""{"sub":"{{user}}","iss":"gateway","aud":"gateway","exp":{{expires.ToUnixTimeSeconds()}},"roles":[]}""");
        var signature = HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{_header}.{payload}"));
        return $"{_header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
