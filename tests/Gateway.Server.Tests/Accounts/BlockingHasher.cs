using Gateway.Server.Accounts;
using Microsoft.AspNetCore.Identity;

namespace Gateway.Server.Tests.Accounts;

/// <summary>Hashes when it is told to.</summary>
internal sealed class BlockingHasher : IPasswordHasher<User>, IDisposable
{
    private readonly ManualResetEventSlim _gate = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task;

    public void Release() => _gate.Set();

    public string HashPassword(User user, string password)
    {
        _entered.TrySetResult();
        _gate.Wait(TimeSpan.FromMinutes(1));
        return password;
    }

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) => PasswordVerificationResult.Failed;

    public void Dispose() => _gate.Dispose();
}
