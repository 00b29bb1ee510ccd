namespace Gateway.Server.Accounts.Revocations;

/// <summary>Checks tokens like the validator behind it, and refuses those that were revoked. While that cannot be known, it says so rather than let one in.</summary>
internal sealed class RevocationCheck(ITokenValidator validator, IRevocations revocations) : ITokenValidator
{
    public async ValueTask<TokenValidation> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        var validation = await validator.ValidateAsync(token, cancellationToken).ConfigureAwait(false);
        return validation is { Status: TokenStatus.Valid, Identity: { } identity }
            ? await CheckAsync(identity, revocations, cancellationToken).ConfigureAwait(false)
            : validation;
    }

    public static async ValueTask<TokenValidation> CheckAsync(Identity identity, IRevocations revocations, CancellationToken cancellationToken) =>
        await revocations.CheckAsync(identity, cancellationToken).ConfigureAwait(false) switch
        {
            RevocationStatus.Ok => new(TokenStatus.Valid, identity),
            RevocationStatus.Revoked => new(TokenStatus.Invalid, null),
            _ => new(TokenStatus.Unavailable, null),
        };
}
