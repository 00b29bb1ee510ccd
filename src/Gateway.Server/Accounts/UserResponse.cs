namespace Gateway.Server.Accounts;

/// <summary>A user as the API shows it. For a user of an identity provider only what the token says.</summary>
internal sealed record UserResponse(string Id, string? Username, string? Email, IReadOnlyList<string> Roles, DateTimeOffset? CreatedAt);
