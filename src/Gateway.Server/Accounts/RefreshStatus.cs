namespace Gateway.Server.Accounts;

internal enum RefreshStatus
{
    Rotated,
    Unknown,
    Expired,

    /// <summary>Logged out, or revoked after a reuse.</summary>
    Revoked,

    /// <summary>The token had been traded before: somebody has a copy. The family is revoked now.</summary>
    Reused,
}
