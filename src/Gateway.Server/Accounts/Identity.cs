namespace Gateway.Server.Accounts;

/// <summary>Who a connection or request acts for: what a valid token says, and nothing else. Immutable.</summary>
/// <param name="UserId">The token's subject; the id in <c>user:{id}</c>.</param>
/// <param name="Name">A name to show, or null.</param>
/// <param name="Roles">Roles such as <c>admin</c> or <c>service</c>; empty for an ordinary user.</param>
/// <param name="RoomGrants">The token's <c>rooms</c> claim: what the backend grants beyond the rules of the room kinds, each
/// <c>kind:id</c>, <c>kind:*</c> or <c>*</c>, optionally followed by <c>#join</c>, <c>#publish</c> or <c>#presence</c> (all three without).</param>
/// <param name="Claims">Other string claims, for rules like <c>claim:team=red</c>.</param>
/// <param name="ExpiresAt">When the token ends; <see cref="DateTimeOffset.MaxValue"/> for one without an end.</param>
internal sealed record Identity(
    string UserId,
    string? Name,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> RoomGrants,
    IReadOnlyDictionary<string, string> Claims,
    DateTimeOffset ExpiresAt)
{
    /// <summary>The token's <c>jti</c>, by which it can be revoked; null for one without.</summary>
    public string? TokenId { get; init; }

    /// <summary>The token's <c>iat</c>; the beginning of time for one without, which a revocation of its user's tokens then always means.</summary>
    public DateTimeOffset IssuedAt { get; init; } = DateTimeOffset.UnixEpoch;

    public bool HasRole(string role) => Roles.Contains(role, StringComparer.Ordinal);
}
