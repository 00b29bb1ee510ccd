namespace Gateway.Server.Accounts;

/// <summary>A row of the users table.</summary>
/// <param name="Id">Never reused; the <c>sub</c> of tokens and the id of the room <c>user:{id}</c>.</param>
/// <param name="Username">As typed at registration; unique whatever the case.</param>
/// <param name="Email">As typed at registration; unique whatever the case.</param>
/// <param name="PasswordHash">ASP.NET Core Identity's format, which carries algorithm, salt and iterations.</param>
/// <param name="Roles">Granted in the database; <see cref="AccountsOptions.Admins"/> come on top when a token is issued.</param>
internal sealed record User(
    string Id, string Username, string Email, string PasswordHash, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
