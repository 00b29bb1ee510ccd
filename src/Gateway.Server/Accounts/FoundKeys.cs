using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <param name="Keys">Those that may have signed the token; empty when none is known.</param>
/// <param name="IsOutage">None is known, and the newest key set could not be had: the token may be good after all.</param>
internal readonly record struct FoundKeys(IReadOnlyList<SecurityKey> Keys, bool IsOutage);
