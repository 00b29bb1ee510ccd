using System.Security.Cryptography;
using Gateway.Server.Accounts;

namespace Gateway.Server.Tests.Accounts;

/// <summary>The key id an attacker reads from any of our tokens.</summary>
internal sealed class SigningKeysProbe(AccountsOptions options)
{
    public string KeyId => "local-" + Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(options.SigningKey!)))[..16];
}
