namespace Gateway.Server.Accounts;

/// <summary>The outcome of a token check: an identity, or why there is none.</summary>
/// <param name="Identity">Set only when <paramref name="Status"/> is <see cref="TokenStatus.Valid"/>.</param>
internal readonly record struct TokenValidation(TokenStatus Status, Identity? Identity);
