using Dapper;
using Gateway.Server.Accounts;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IRefreshTokenStore"/>
internal sealed class SqliteRefreshTokenStore(SqliteDatabase database) : IRefreshTokenStore
{
    public Task CreateAsync(
        string userId, byte[] hash, DateTimeOffset now, DateTimeOffset expiresAt, int maxFamilies, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var family = Guid.CreateVersion7(now).ToString("N");
                var at = now.ToUnixTimeMilliseconds();
                var end = expiresAt.ToUnixTimeMilliseconds();
                connection.Execute(
                    "INSERT INTO refresh_families (id, user_id, created_at, expires_at) VALUES (@family, @userId, @at, @end)",
                    new { family, userId, at, end });
                Insert(connection, hash, family, at, end);
                return connection.Execute(
                    """
                    DELETE FROM refresh_families WHERE id IN (
                        SELECT id FROM refresh_families WHERE user_id = @userId ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET @maxFamilies)
                    """,
                    new { userId, maxFamilies });
            },
            cancellationToken);

    public Task<RefreshRotation> RotateAsync(
        byte[] hash, byte[] nextHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Rotate(connection, hash, nextHash, now.ToUnixTimeMilliseconds(), expiresAt.ToUnixTimeMilliseconds()), cancellationToken);

    public Task<bool> RevokeAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (Find(connection, hash) is not { } token)
                return false;

            Revoke(connection, token.FamilyId, now.ToUnixTimeMilliseconds());
            return true;
        },
        cancellationToken);

    public Task RevokeUserAsync(string userId, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE refresh_families SET revoked_at = @at WHERE user_id = @userId AND revoked_at IS NULL", new { at = now.ToUnixTimeMilliseconds(), userId }),
        cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "DELETE FROM refresh_families WHERE id IN (SELECT id FROM refresh_families WHERE expires_at <= @at LIMIT @limit)",
            new { at = now.ToUnixTimeMilliseconds(), limit }),
        cancellationToken);

    private static RefreshRotation Rotate(SqliteConnection connection, byte[] hash, byte[] nextHash, long now, long expiresAt)
    {
        if (Find(connection, hash) is not { } token)
            return new(RefreshStatus.Unknown, null);
        if (token.RevokedAt is not null)
            return new(RefreshStatus.Revoked, token.UserId);

        if (token.UsedAt is not null)
        {
            Revoke(connection, token.FamilyId, now);
            return new(RefreshStatus.Reused, token.UserId);
        }

        if (token.ExpiresAt <= now)
            return new(RefreshStatus.Expired, token.UserId);

        connection.Execute("UPDATE refresh_tokens SET used_at = @now WHERE hash = @hash", new { hash, now });
        // Used tokens past their own end need no watching: they are refused as expired or unknown either way.
        connection.Execute(
            "DELETE FROM refresh_tokens WHERE family_id = @FamilyId AND used_at IS NOT NULL AND expires_at <= @now", new { token.FamilyId, now });
        Insert(connection, nextHash, token.FamilyId, now, expiresAt);
        connection.Execute("UPDATE refresh_families SET expires_at = @expiresAt WHERE id = @FamilyId", new { token.FamilyId, expiresAt });
        return new(RefreshStatus.Rotated, token.UserId);
    }

    private static RefreshTokenRow? Find(SqliteConnection connection, byte[] hash) => connection.QuerySingleOrDefault<RefreshTokenRow>(
        """
        SELECT t.family_id AS FamilyId, f.user_id AS UserId, t.expires_at AS ExpiresAt, t.used_at AS UsedAt, f.revoked_at AS RevokedAt
        FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
        WHERE t.hash = @hash
        """,
        new { hash });

    private static void Insert(SqliteConnection connection, byte[] hash, string family, long now, long expiresAt) => connection.Execute(
        "INSERT INTO refresh_tokens (hash, family_id, created_at, expires_at) VALUES (@hash, @family, @now, @expiresAt)",
        new { hash, family, now, expiresAt });

    private static void Revoke(SqliteConnection connection, string family, long now) => connection.Execute(
        "UPDATE refresh_families SET revoked_at = coalesce(revoked_at, @now) WHERE id = @family", new { family, now });
}
