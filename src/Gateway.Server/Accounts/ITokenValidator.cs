namespace Gateway.Server.Accounts;

/// <summary>Checks tokens at connect, refresh and on HTTP. Called from any thread; never throws for a bad token.</summary>
internal interface ITokenValidator
{
    ValueTask<TokenValidation> ValidateAsync(string token, CancellationToken cancellationToken);
}
