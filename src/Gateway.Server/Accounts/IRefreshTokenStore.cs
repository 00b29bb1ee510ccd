namespace Gateway.Server.Accounts;

/// <summary>
/// Refresh tokens at rest, by their SHA-256 hashes: who steals the database has no token. Tokens come in families, one per login; of a
/// family only the newest token is good. Callable from any thread; the contract is RefreshTokenStoreContract in the tests.
/// </summary>
internal interface IRefreshTokenStore
{
    /// <summary>Begins a family. Of a user's families only the <paramref name="maxFamilies"/> newest stay.</summary>
    Task CreateAsync(
        string userId, byte[] hash, DateTimeOffset now, DateTimeOffset expiresAt, int maxFamilies, CancellationToken cancellationToken);

    /// <summary>Trades a token for the next of its family, in one step. A token that was traded before revokes its family.</summary>
    Task<RefreshRotation> RotateAsync(byte[] hash, byte[] nextHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Revokes the token's family; false when there is no such token.</summary>
    Task<bool> RevokeAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Revokes all families of a user.</summary>
    Task RevokeUserAsync(string userId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Forgets families that have expired; at most <paramref name="limit"/>, so that the writer is never held for long.</summary>
    /// <returns>How many were forgotten.</returns>
    Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
