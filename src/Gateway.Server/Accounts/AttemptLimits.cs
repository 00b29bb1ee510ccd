using System.Net;
using System.Net.Sockets;
using Gateway.Server.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts;

/// <summary>The doors of <c>/auth</c> and how often each may be tried.</summary>
internal sealed class AttemptLimits(IOptions<AccountsOptions> options, TimeProvider time)
{
    private readonly AttemptLimiter _loginsByAddress = Create(options, time, options.Value.LoginsPerMinutePerAddress);
    private readonly AttemptLimiter _loginsByAccount = Create(options, time, options.Value.LoginsPerMinutePerAccount);
    private readonly AttemptLimiter _registrations = Create(options, time, options.Value.RegistrationsPerMinutePerAddress);
    private readonly AttemptLimiter _refreshes = Create(options, time, options.Value.RefreshesPerMinutePerAddress);

    public Problem? Register(IPAddress? address) => Check(_registrations.Take(Key(address)), "registrations from your address");

    public Problem? Refresh(IPAddress? address) => Check(_refreshes.Take(Key(address)), "refreshes from your address");

    public Problem? Login(IPAddress? address, string account) =>
        Check(_loginsByAddress.Take(Key(address)), "logins from your address")
        ?? Check(_loginsByAccount.Take(account), "logins to this account");

    private static AttemptLimiter Create(IOptions<AccountsOptions> options, TimeProvider time, int perMinute) =>
        new(perMinute, options.Value.MaxTrackedSources, time);

    /// <summary>An IPv6 user usually owns a whole /64.</summary>
    private static string Key(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    private static Problem? Check(TimeSpan wait, string what) =>
        wait == TimeSpan.Zero ? null : new(429, ProblemCodes.RateLimited, $"Too many {what}. Try again later.") { RetryAfter = wait };
}
