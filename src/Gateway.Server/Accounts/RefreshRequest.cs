namespace Gateway.Server.Accounts;

/// <summary>The body of both refresh and logout.</summary>
internal sealed record RefreshRequest(string? RefreshToken);
