using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <summary>
/// An identity provider's public keys. Fetched on first use, when old, and when a token names a key that is not among them, but
/// never more often than the minimum interval. The last good keys stay while the provider does not answer.
/// </summary>
/// <remarks>
/// One fetch at a time; the caller that starts it waits for it, one that has a usable key meanwhile does not. <c>_keys</c> and the times are
/// written under the gate; <c>_keys</c> is read by anyone (an immutable list, replaced whole).
/// </remarks>
internal sealed partial class JwksKeys(JwksSource source, IOptions<AccountsOptions> options, TimeProvider time, ILogger<JwksKeys> logger) : IDisposable
{
    private readonly JwksOptions _options = options.Value.Jwks;
    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlyList<JsonWebKey>? _keys;
    private long? _triedAt;
    private long _loadedAt;
    private volatile bool _lastFailed;

    public async ValueTask<FoundKeys> FindAsync(string algorithm, string? keyId, CancellationToken cancellationToken)
    {
        var found = Select(algorithm, keyId);
        if (found.Count > 0 && (!IsOld() || _gate.CurrentCount == 0))
            return new(found, IsOutage: false);

        await RefreshAsync(mustHave: found.Count == 0, algorithm, keyId, cancellationToken);
        found = Select(algorithm, keyId);
        return new(found, IsOutage: found.Count == 0 && _lastFailed);
    }

    public void Dispose() => _gate.Dispose();

    private bool IsOld() => time.GetElapsedTime(Volatile.Read(ref _loadedAt)) >= _options.RefreshInterval;

    private async Task RefreshAsync(bool mustHave, string algorithm, string? keyId, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Who waited here for another's fetch may have its key now.
            if (mustHave && Select(algorithm, keyId).Count > 0)
                return;
            if (_triedAt is { } triedAt && time.GetElapsedTime(triedAt) < _options.MinRefreshInterval)
                return;

            _triedAt = time.GetTimestamp();
            // Not the caller's token: one client that hangs up must not cost the others the keys.
            var keys = await source.LoadAsync(CancellationToken.None);
            _lastFailed = keys is null;
            if (keys is null)
                return;

            _keys = keys;
            Volatile.Write(ref _loadedAt, time.GetTimestamp());
            LogLoaded(logger, keys.Count);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keys of the algorithm's own type; with a key id in the token, that key alone.</summary>
    private List<SecurityKey> Select(string algorithm, string? keyId)
    {
        var found = new List<SecurityKey>();
        foreach (var key in _keys ?? [])
        {
            if (Suits(key, algorithm) && (string.IsNullOrEmpty(keyId) || string.Equals(key.Kid, keyId, StringComparison.Ordinal)))
                found.Add(key);
        }

        return found;
    }

    private static bool Suits(JsonWebKey key, string algorithm)
    {
        if (key.Use is { Length: > 0 } use && !string.Equals(use, JsonWebKeyUseNames.Sig, StringComparison.Ordinal))
            return false;
        if (key.Alg is { Length: > 0 } named && !string.Equals(named, algorithm, StringComparison.Ordinal))
            return false;

        return algorithm switch
        {
            SecurityAlgorithms.RsaSha256 => string.Equals(key.Kty, JsonWebAlgorithmsKeyTypes.RSA, StringComparison.Ordinal) && key.KeySize >= 2048,
            SecurityAlgorithms.EcdsaSha256 =>
                string.Equals(key.Kty, JsonWebAlgorithmsKeyTypes.EllipticCurve, StringComparison.Ordinal)
                && string.Equals(key.Crv, JsonWebKeyECTypes.P256, StringComparison.Ordinal),
            _ => false,
        };
    }

    [LoggerMessage(3001, LogLevel.Information, "Loaded {Count} keys of the identity provider")]
    private static partial void LogLoaded(ILogger logger, int count);
}
