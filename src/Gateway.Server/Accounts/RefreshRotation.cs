namespace Gateway.Server.Accounts;

/// <param name="Status">What became of the trade.</param>
/// <param name="UserId">The token's owner; null when the token is unknown.</param>
internal readonly record struct RefreshRotation(RefreshStatus Status, string? UserId);
