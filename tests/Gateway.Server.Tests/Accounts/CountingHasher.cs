using Gateway.Server.Accounts;
using Microsoft.AspNetCore.Identity;

namespace Gateway.Server.Tests.Accounts;

/// <summary>How often a password is checked is what an attacker's clock would see.</summary>
internal sealed class CountingHasher : IPasswordHasher<User>
{
    private int _verified;

    public int Verified => Volatile.Read(ref _verified);

    public string HashPassword(User user, string password) => "hash of " + password;

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        Interlocked.Increment(ref _verified);
        return hashedPassword == "hash of " + providedPassword ? PasswordVerificationResult.Success : PasswordVerificationResult.Failed;
    }
}
