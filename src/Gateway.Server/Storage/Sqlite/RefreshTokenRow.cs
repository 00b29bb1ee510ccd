namespace Gateway.Server.Storage.Sqlite;

/// <summary>Dapper's view of a refresh token joined with its family.</summary>
internal sealed class RefreshTokenRow
{
    public required string FamilyId { get; init; }

    public required string UserId { get; init; }

    public long ExpiresAt { get; init; }

    public long? UsedAt { get; init; }

    public long? RevokedAt { get; init; }
}
