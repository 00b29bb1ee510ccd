namespace Gateway.Server.Accounts;

/// <summary>What register, login and refresh answer.</summary>
/// <param name="ExpiresIn">Seconds until the access token ends (the name of RFC 6749).</param>
internal sealed record SessionResponse(
    string AccessToken, string TokenType, long ExpiresIn, DateTimeOffset ExpiresAt, string RefreshToken, DateTimeOffset RefreshExpiresAt, UserResponse User);
