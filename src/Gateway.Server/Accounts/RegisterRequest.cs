namespace Gateway.Server.Accounts;

internal sealed record RegisterRequest(string? Username, string? Email, string? Password);
