namespace Gateway.Server.Accounts;

/// <param name="Username">The username or the e-mail address.</param>
internal sealed record LoginRequest(string? Username, string? Password);
