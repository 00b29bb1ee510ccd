using Gateway.Server.Tests.Support;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Accounts;

public sealed class AccountsOptionsTests
{
    [Theory]
    [InlineData("Accounts:SigningKey", "c2hvcnQ=", "32 random bytes")]
    [InlineData("Accounts:Issuer", " ", "Issuer")]
    [InlineData("Accounts:LocalAccounts", "false", "nobody can sign in")]
    [InlineData("Accounts:AccessTokenLifetime", "00:00:00", "AccessTokenLifetime")]
    [InlineData("Accounts:RefreshTokenLifetime", "00:01:00", "RefreshTokenLifetime")]
    [InlineData("Accounts:ClockSkew", "01:00:00", "ClockSkew")]
    [InlineData("Accounts:PasswordIterations", "0", "PasswordIterations")]
    [InlineData("Accounts:MinPasswordLength", "0", "MinPasswordLength")]
    [InlineData("Accounts:MaxConcurrentHashes", "0", "MaxConcurrentHashes")]
    [InlineData("Accounts:LoginsPerMinutePerAddress", "0", "per minute")]
    [InlineData("Accounts:MaxTrackedSources", "0", "MaxTrackedSources")]
    [InlineData("Accounts:Jwks:Url", "ftp://x", "http(s)")]
    [InlineData("Accounts:Jwks:MaxBytes", "1", "MaxBytes")]
    [InlineData("Accounts:Jwks:MinRefreshInterval", "00:00:00", "MinRefreshInterval")]
    [InlineData("Sqlite:MaxReaders", "0", "MaxReaders")]
    [InlineData("Sqlite:FileName", "../x", "FileName")]
    [InlineData("Jobs:MaxUploadBytes", "0", "MaxUploadBytes")]
    [InlineData("Jobs:UploadExpiry", "00:00:01", "UploadExpiry")]
    [InlineData("Jobs:MaxStoredBytesPerUser", "5", "MaxStoredBytesPerUser")]
    [InlineData("Jobs:DownloadLinkLifetime", "00:00:01", "DownloadLinkLifetime")]
    public async Task Setting_that_makes_no_sense_refuses_the_start_with_a_sentence(string key, string value, string part)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => LoopbackNode.StartAsync(new Dictionary<string, string?> { [key] = value }));
        Assert.Contains(refusal.Failures, failure => failure.Contains(part, StringComparison.Ordinal));
        Assert.All(refusal.Failures, failure => Assert.StartsWith("Gateway:" + key.Split(':')[0], failure, StringComparison.Ordinal));
    }
}
