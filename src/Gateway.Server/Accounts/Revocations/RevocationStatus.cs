namespace Gateway.Server.Accounts.Revocations;

internal enum RevocationStatus
{
    /// <summary>The store does not answer.</summary>
    Unavailable,

    /// <summary>Done; or, when asked about a token: it is good.</summary>
    Ok,

    /// <summary>The token was revoked.</summary>
    Revoked,

    /// <summary>There are as many as there may be.</summary>
    Full,
}
