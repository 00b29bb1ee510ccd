namespace Gateway.Server.Accounts.Revocations;

/// <summary>Which tokens are not good any more: one by its id, or all of a user's that were issued at or before a time.</summary>
/// <param name="TokenId">The <c>jti</c>; null: by user.</param>
/// <param name="UserId">The user; null: by token.</param>
/// <param name="IssuedUntil">With <paramref name="UserId"/>. In whole seconds as tokens say them, so those of the same second are meant too.</param>
internal sealed record Revocation(string? TokenId, string? UserId, DateTimeOffset IssuedUntil)
{
    public static Revocation OfToken(string tokenId) => new(tokenId, null, DateTimeOffset.UnixEpoch);

    public static Revocation OfUser(string userId, DateTimeOffset issuedUntil) => new(null, userId, issuedUntil);

    public bool Covers(Identity identity) => UserId is null
        ? string.Equals(identity.TokenId, TokenId, StringComparison.Ordinal)
        : string.Equals(identity.UserId, UserId, StringComparison.Ordinal) && identity.IssuedAt <= IssuedUntil;
}
