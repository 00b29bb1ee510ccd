using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <summary>
/// Checks a JWT. The algorithm named in the header picks one kind of key and nothing else is tried: HS256 only ever meets our own secret,
/// RS256 and ES256 only the provider's public keys of their type, so a public key can never serve as an HMAC secret; anything else
/// (<c>none</c> above all) is refused before a key is looked at.
/// </summary>
internal sealed class JwtTokenValidator(
    SigningKeys localKeys, JwksKeys providerKeys, IOptions<AccountsOptions> options, TimeProvider time, AccountsMetrics metrics) : ITokenValidator
{
    // protocol/spec.md: token is at most 8 KiB.
    private const int MaxTokenLength = 8 * 1024;
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxTokenLength };

    public async ValueTask<TokenValidation> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        var validation = await CheckAsync(token, cancellationToken);
        metrics.TokenChecked(validation.Status);
        return validation;
    }

    private async ValueTask<TokenValidation> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (!TryRead(token, out var jwt))
            return new(TokenStatus.Invalid, null);

        var settings = options.Value;
        switch (jwt.Alg)
        {
            case SecurityAlgorithms.HmacSha256 when settings.LocalAccounts:
                return await CheckSignatureAsync(jwt, [localKeys.TokenKey], settings.Issuer, settings.Audience);

            case SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.EcdsaSha256 when settings.Jwks.IsConfigured:
                var found = await providerKeys.FindAsync(jwt.Alg, jwt.Kid, cancellationToken);
                return found.Keys.Count == 0
                    ? new(found.IsOutage ? TokenStatus.Unavailable : TokenStatus.Invalid, null)
                    : await CheckSignatureAsync(jwt, found.Keys, settings.Jwks.Issuer, settings.Jwks.Audience);

            default:
                return new(TokenStatus.Invalid, null);
        }
    }

    private static bool TryRead(string token, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JsonWebToken? jwt)
    {
        jwt = null;
        if (string.IsNullOrEmpty(token) || token.Length > MaxTokenLength)
            return false;

        try
        {
            jwt = new JsonWebToken(token);
            _ = jwt.Alg;
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or System.Text.Json.JsonException or SecurityTokenException)
        {
            return false;
        }
    }

    private async ValueTask<TokenValidation> CheckSignatureAsync(JsonWebToken jwt, IReadOnlyList<SecurityKey> keys, string? issuer, string? audience)
    {
        var result = await _handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidAlgorithms = [jwt.Alg],
            IssuerSigningKeys = keys,
            TryAllIssuerSigningKeys = true,
            RequireSignedTokens = true,
            ValidateIssuer = issuer is { Length: > 0 },
            ValidIssuer = issuer,
            ValidateAudience = audience is { Length: > 0 },
            ValidAudience = audience,
            // Checked below, by our clock.
            ValidateLifetime = false,
        });
        return result.IsValid ? CheckLifetime(jwt) : new(TokenStatus.Invalid, null);
    }

    private TokenValidation CheckLifetime(JsonWebToken jwt)
    {
        var settings = options.Value;
        var now = time.GetUtcNow();
        try
        {
            var expiresAt = DateTimeOffset.MaxValue;
            if (jwt.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Exp, out var seconds))
                expiresAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
            else if (settings.RequireExpiration || jwt.TryGetPayloadValue<object>(JwtRegisteredClaimNames.Exp, out _))
                return new(TokenStatus.Invalid, null);

            if (expiresAt != DateTimeOffset.MaxValue && expiresAt + settings.ClockSkew <= now)
                return new(TokenStatus.Expired, null);
            if (jwt.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Nbf, out var notBefore)
                && DateTimeOffset.FromUnixTimeSeconds(notBefore) - settings.ClockSkew > now)
                return new(TokenStatus.Invalid, null);

            // A token inside its grace ends with it; else the connection it opens would close at once.
            var identity = TokenIdentity.Read(jwt, expiresAt > now ? expiresAt : expiresAt + settings.ClockSkew);
            return identity is null ? new(TokenStatus.Invalid, null) : new(TokenStatus.Valid, identity);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or SecurityTokenException or OverflowException)
        {
            return new(TokenStatus.Invalid, null);
        }
    }
}
