using System.Collections.Concurrent;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;

namespace Gateway.Server.Tests.Accounts.Revocations;

/// <summary>What every <see cref="IRevocations"/> promises.</summary>
public abstract class RevocationsContract
{
    private protected static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private protected abstract IRevocations Store { get; }

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_of_a_token_that_nobody_revoked_is_ok() => Assert.Equal(RevocationStatus.Ok, await Store.CheckAsync(Of("ann", "t1", Noon), Stop));

    [Fact]
    public async Task Revoke_of_a_token_means_this_one_only()
    {
        Assert.Equal(RevocationStatus.Ok, await Store.RevokeAsync(Revocation.OfToken("t1"), Stop));
        Assert.Equal(RevocationStatus.Revoked, await Store.CheckAsync(Of("ann", "t1", Noon), Stop));
        Assert.Equal(RevocationStatus.Ok, await Store.CheckAsync(Of("ann", "t2", Noon), Stop));
        Assert.Equal(RevocationStatus.Ok, await Store.CheckAsync(Of("ann", null, Noon), Stop));
    }

    [Fact]
    public async Task Revoke_of_a_user_means_the_tokens_until_then()
    {
        Assert.Equal(RevocationStatus.Ok, await Store.RevokeAsync(Revocation.OfUser("ann:x", Noon), Stop));
        Assert.Equal(RevocationStatus.Revoked, await Store.CheckAsync(Of("ann:x", "t1", Noon.AddHours(-1)), Stop));
        Assert.Equal(RevocationStatus.Revoked, await Store.CheckAsync(Of("ann:x", "t1", Noon), Stop));
        Assert.Equal(RevocationStatus.Ok, await Store.CheckAsync(Of("ann:x", "t1", Noon.AddSeconds(1)), Stop));
        Assert.Equal(RevocationStatus.Ok, await Store.CheckAsync(Of("bob", "t1", Noon.AddHours(-1)), Stop));
    }

    [Fact]
    public async Task Revoke_of_an_earlier_time_takes_nothing_back()
    {
        await Store.RevokeAsync(Revocation.OfUser("ann", Noon), Stop);
        await Store.RevokeAsync(Revocation.OfUser("ann", Noon.AddHours(-2)), Stop);
        Assert.Equal(RevocationStatus.Revoked, await Store.CheckAsync(Of("ann", "t1", Noon.AddHours(-1)), Stop));
    }

    [Fact]
    public async Task A_token_that_does_not_say_when_it_was_issued_is_revoked_with_its_user()
    {
        await Store.RevokeAsync(Revocation.OfUser("ann", Noon), Stop);
        Assert.Equal(RevocationStatus.Revoked, await Store.CheckAsync(Of("ann", null, DateTimeOffset.UnixEpoch), Stop));
    }

    [Fact]
    public async Task Revoke_is_told_after_it_is_in_force()
    {
        var told = new ConcurrentQueue<Revocation>();
        Store.Revoked += told.Enqueue;
        await Store.RevokeAsync(Revocation.OfUser("a:n:n", Noon), Stop);
        await Store.RevokeAsync(Revocation.OfToken("t:1"), Stop);
        Assert.Contains(Revocation.OfUser("a:n:n", Noon), told);
        Assert.Contains(Revocation.OfToken("t:1"), told);
    }

    private protected static Identity Of(string user, string? token, DateTimeOffset issuedAt) =>
        new(user, null, [], [], new Dictionary<string, string>(), DateTimeOffset.MaxValue) { TokenId = token, IssuedAt = issuedAt };
}
