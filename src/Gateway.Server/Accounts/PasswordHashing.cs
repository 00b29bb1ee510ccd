using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts;

/// <summary>
/// Hashes and checks passwords, a bounded number at a time: each takes tens of milliseconds of a core, so a flood of logins would
/// otherwise take the machine from the connections.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    private readonly IPasswordHasher<User> _hasher;
    private readonly ConcurrencyLimiter _limiter;
    private readonly Lazy<User> _nobody;

    public PasswordHashing(IPasswordHasher<User> hasher, IOptions<AccountsOptions> options)
    {
        _hasher = hasher;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.Value.MaxConcurrentHashes,
            QueueLimit = options.Value.MaxQueuedHashes,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _nobody = new Lazy<User>(() =>
        {
            var blank = new User("", "", "", "", [], default, default);
            return blank with { PasswordHash = _hasher.HashPassword(blank, Guid.NewGuid().ToString()) };
        });
    }

    /// <summary>Null when too many wait.</summary>
    public async Task<string?> TryHashAsync(User user, string password, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(1, cancellationToken);
        return lease.IsAcquired ? await Task.Run(() => _hasher.HashPassword(user, password), cancellationToken) : null;
    }

    /// <summary>
    /// Null when too many wait. Without a user the same work is done on a hash that nothing matches, so that the time tells nobody
    /// which names exist.
    /// </summary>
    public async Task<PasswordVerificationResult?> TryVerifyAsync(User? user, string password, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(1, cancellationToken);
        if (!lease.IsAcquired)
            return null;

        return await Task.Run(
            () =>
            {
                var subject = user ?? _nobody.Value;
                var result = _hasher.VerifyHashedPassword(subject, subject.PasswordHash, password);
                return user is null ? PasswordVerificationResult.Failed : result;
            },
            cancellationToken);
    }

    public void Dispose() => _limiter.Dispose();
}
