using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends.Http;

/// <summary>Knows the API keys by their hashes. Any thread.</summary>
/// <remarks>
/// SHA-256 without salt is enough here: keys are long and random, so there is nothing to try out. Every key is compared, in constant time, whichever matches.
/// A right key is never refused because of wrong ones from the same address, or anybody beside a backend could lock it out.
/// </remarks>
internal sealed class ApiKeys(IOptions<BackendsOptions> options, TimeProvider time, BackendsMetrics metrics)
{
    private const int MaxTrackedSources = 10_000;
    private const int MaxKeyLength = 1024;

    private readonly (string Name, byte[] Hash, ApiScopes Scopes, DateTimeOffset? ExpiresAt)[] _keys =
        [.. options.Value.ApiKeys.Select(static each => (each.Key, HashOf(each.Value), each.Value.Scopes, each.Value.ExpiresAt))];

    private readonly AttemptLimiter _refused = new(options.Value.RefusedKeysPerMinute, MaxTrackedSources, time);

    /// <summary>Null when the request's key may do this, else the answer.</summary>
    public Problem? Check(HttpContext context, ApiScopes scope)
    {
        if (KeyOf(context.Request.Headers) is not { } key)
            return Refuse(context, ProblemCodes.ApiKeyMissing, "Send an API key as Authorization: Bearer or X-Api-Key.", "Bearer");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var found = -1;
        for (var i = 0; i < _keys.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _keys[i].Hash))
                found = i;
        }

        if (found < 0 || _keys[found].ExpiresAt <= time.GetUtcNow())
            return Refuse(context, ProblemCodes.ApiKeyInvalid, "The API key is not valid.", "Bearer error=\"invalid_token\"");
        return (_keys[found].Scopes & scope) == scope
            ? null
            : new Problem(403, ProblemCodes.Forbidden, $"The API key '{_keys[found].Name}' has not the scope {scope.ToString().ToLowerInvariant()}.");
    }

    private Problem Refuse(HttpContext context, string code, string sentence, string challenge)
    {
        metrics.KeyRefused();
        var wait = _refused.Take(SourceOf(context.Connection.RemoteIpAddress));
        return wait == TimeSpan.Zero
            ? new Problem(401, code, sentence) { Challenge = challenge }
            : new Problem(429, ProblemCodes.RateLimited, "Too many requests without a valid API key from your address.") { RetryAfter = wait };
    }

    private static byte[] HashOf(ApiKeyOptions key) =>
        key.Hash.Length > 0 ? Convert.FromHexString(key.Hash) : SHA256.HashData(Encoding.UTF8.GetBytes(key.Key));

    private static string? KeyOf(IHeaderDictionary headers)
    {
        const string Scheme = "Bearer ";
        string? key = null;
        if (headers.Authorization is [{ } bearer] && bearer.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            key = bearer[Scheme.Length..].Trim();
        else if (headers["X-Api-Key"] is [{ } plain])
            key = plain.Trim();
        return key is { Length: > 0 and <= MaxKeyLength } ? key : null;
    }

    /// <summary>An IPv6 user usually owns a whole /64.</summary>
    private static string SourceOf(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
