namespace Gateway.Client.Http;

/// <summary>A user as the gateway shows it.</summary>
/// <param name="Id">The id that rooms and tokens use.</param>
/// <param name="Username">The name to sign in with.</param>
/// <param name="Email">The e-mail address.</param>
/// <param name="Roles">What the user may do beyond the usual.</param>
public sealed record AccountUser(string Id, string? Username, string? Email, IReadOnlyList<string>? Roles);
