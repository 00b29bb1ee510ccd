namespace Gateway.Server.Accounts;

internal enum TokenStatus
{
    Valid,

    /// <summary>Malformed, signed by somebody else, for another audience, or revoked.</summary>
    Invalid,

    Expired,

    /// <summary>The keys could not be had (a JWKS address that does not answer); the caller may try again.</summary>
    Unavailable,
}
