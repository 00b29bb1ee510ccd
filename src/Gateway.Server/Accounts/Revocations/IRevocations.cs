namespace Gateway.Server.Accounts.Revocations;

/// <summary>Tokens that are taken back before their time, on all nodes. Safe from any thread; a fault is a value.</summary>
internal interface IRevocations
{
    /// <summary>
    /// Each revocation, on every node, those who made it included: live connections that it covers are to be closed. Told after it is in force for new ones, so that between
    /// the two no connection slips through. May be told more than once.
    /// </summary>
    event Action<Revocation>? Revoked;

    ValueTask<RevocationStatus> RevokeAsync(Revocation revocation, CancellationToken cancellationToken);

    /// <summary>Whether the token that the identity was read from is still good.</summary>
    ValueTask<RevocationStatus> CheckAsync(Identity identity, CancellationToken cancellationToken);
}
