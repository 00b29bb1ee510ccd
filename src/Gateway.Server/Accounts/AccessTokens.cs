using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <summary>Issues the gateway's own access tokens (HS256).</summary>
internal sealed class AccessTokens(SigningKeys keys, IOptions<AccountsOptions> options, TimeProvider time)
{
    private const string AdminRole = "admin";
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(keys.TokenKey, SecurityAlgorithms.HmacSha256);

    public string Issue(User user, out DateTimeOffset expiresAt)
    {
        var settings = options.Value;
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        expiresAt = now + settings.AccessTokenLifetime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = settings.Issuer,
            Audience = settings.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            SigningCredentials = _credentials,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Sub] = user.Id,
                [JwtRegisteredClaimNames.Name] = user.Username,
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
                [TokenIdentity.RolesClaim] = RolesOf(user),
            },
        });
    }

    public string[] RolesOf(User user) =>
        options.Value.Admins.Contains(user.Username, StringComparer.OrdinalIgnoreCase)
            ? [.. user.Roles.Append(AdminRole).Distinct(StringComparer.Ordinal)]
            : [.. user.Roles];
}
