using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Nats.Authentication;

namespace Gateway.Nats.Tests.Support;

/// <summary>The chain of trust of a NATS server with an operator, made in memory: what <c>nsc</c> would write into files.</summary>
internal sealed class Jwt
{
    private const byte OperatorKey = 14 << 3;
    private const byte AccountKey = 0;

    public const byte UserKey = 20 << 3;

    private readonly NKeySeed _operator = NewKey(OperatorKey);
    private readonly NKeySeed _account = NewKey(AccountKey);

    /// <summary>Lines of a server's configuration that trust this operator.</summary>
    public string Configuration =>
        $"authorization {{ timeout: 60 }}\noperator: {Sign(_operator, _operator.PublicKey, "operator", [])}\nresolver: MEMORY\n"
        + $"resolver_preload: {{ {_account.PublicKey}: {Sign(_operator, _account.PublicKey, "account", new JsonObject { ["limits"] = Limits() })} }}\n";

    /// <summary>A user's JWT with the seed of its key.</summary>
    /// <param name="expires">In seconds since 1970; 0 for never.</param>
    public (string Jwt, string Seed) User(long expires = 0)
    {
        var user = NewKey(UserKey);
        return (Sign(_account, user.PublicKey, "user", new JsonObject { ["subs"] = -1, ["data"] = -1, ["payload"] = -1 }, expires), user.Export());
    }

    public static NKeySeed NewKey(byte kind) => new(kind, System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private static JsonObject Limits() => new()
    {
        ["subs"] = -1,
        ["data"] = -1,
        ["payload"] = -1,
        ["imports"] = -1,
        ["exports"] = -1,
        ["wildcards"] = true,
        ["conn"] = -1,
        ["leaf"] = -1,
    };

    private static string Sign(NKeySeed issuer, string subject, string type, JsonObject claims, long expires = 0)
    {
        claims["type"] = type;
        claims["version"] = 2;
        var body = new JsonObject { ["jti"] = Guid.NewGuid().ToString("N"), ["iat"] = 1_700_000_000, ["iss"] = issuer.PublicKey, ["name"] = type, ["sub"] = subject, ["nats"] = claims };
        if (expires > 0)
            body["exp"] = expires;
        var text = Encode("""{"typ":"JWT","alg":"ed25519-nkey"}""") + "." + Encode(body.ToJsonString());
        return text + "." + issuer.Sign(text);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
