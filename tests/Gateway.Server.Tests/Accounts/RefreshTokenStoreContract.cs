using System.Security.Cryptography;
using Gateway.Server.Accounts;

namespace Gateway.Server.Tests.Accounts;

/// <summary>What every <see cref="IRefreshTokenStore"/> promises.</summary>
public abstract class RefreshTokenStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private protected abstract IRefreshTokenStore Store { get; }

    private protected abstract IUserStore Users { get; }

    [Fact]
    public async Task Rotate_trades_a_token_once()
    {
        await BeginAsync("u1", Hash(1));
        Assert.Equal(new RefreshRotation(RefreshStatus.Rotated, "u1"), await RotateAsync(1, 2));
        Assert.Equal(new RefreshRotation(RefreshStatus.Rotated, "u1"), await RotateAsync(2, 3));
    }

    [Fact]
    public async Task Rotate_of_a_traded_token_revokes_its_family_and_no_other()
    {
        await BeginAsync("u1", Hash(1));
        await BeginAsync("u1", Hash(100));
        await RotateAsync(1, 2);

        Assert.Equal(new RefreshRotation(RefreshStatus.Reused, "u1"), await RotateAsync(1, 3));

        Assert.Equal(RefreshStatus.Revoked, (await RotateAsync(2, 4)).Status);
        Assert.Equal(RefreshStatus.Revoked, (await RotateAsync(1, 5)).Status);
        Assert.Equal(RefreshStatus.Unknown, (await RotateAsync(3, 6)).Status);
        Assert.Equal(RefreshStatus.Rotated, (await RotateAsync(100, 101)).Status);
    }

    [Fact]
    public async Task RevokeUser_ends_all_families_of_the_user_and_no_other()
    {
        await BeginAsync("u1", Hash(1));
        await BeginAsync("u1", Hash(2));
        await BeginAsync("u2", Hash(3));

        await Store.RevokeUserAsync("u1", Now, CancellationToken.None);

        Assert.Equal(RefreshStatus.Revoked, (await RotateAsync(1, 11)).Status);
        Assert.Equal(RefreshStatus.Revoked, (await RotateAsync(2, 12)).Status);
        Assert.Equal(RefreshStatus.Rotated, (await RotateAsync(3, 13)).Status);
    }

    [Fact]
    public async Task Rotate_by_many_at_once_succeeds_at_most_once_and_ends_the_family()
    {
        await BeginAsync("u1", Hash(1));
        var outcomes = await Task.WhenAll(Enumerable.Range(10, 8).Select(next => Task.Run(() => RotateAsync(1, (byte)next))));
        Assert.Single(outcomes, static outcome => outcome.Status is RefreshStatus.Rotated);
        Assert.Single(outcomes, static outcome => outcome.Status is RefreshStatus.Reused);
        Assert.Equal(6, outcomes.Count(static outcome => outcome.Status is RefreshStatus.Revoked));
    }

    [Fact]
    public async Task Rotate_of_an_unknown_or_expired_token_is_refused()
    {
        Assert.Equal(new RefreshRotation(RefreshStatus.Unknown, null), await RotateAsync(1, 2));
        await BeginAsync("u1", Hash(1));
        Assert.Equal(RefreshStatus.Expired, (await Store.RotateAsync(Hash(1), Hash(2), Now + Life, Now + Life + Life, default)).Status);
        Assert.Equal(RefreshStatus.Rotated, (await Store.RotateAsync(Hash(1), Hash(2), Now + Life - TimeSpan.FromSeconds(1), Now + Life, default)).Status);
    }

    [Fact]
    public async Task Revoke_ends_the_whole_family_by_any_of_its_tokens()
    {
        await BeginAsync("u1", Hash(1));
        await RotateAsync(1, 2);
        Assert.True(await Store.RevokeAsync(Hash(1), Now, default));
        Assert.Equal(RefreshStatus.Revoked, (await RotateAsync(2, 3)).Status);
        Assert.False(await Store.RevokeAsync(Hash(99), Now, default));
    }

    [Fact]
    public async Task Create_beyond_the_limit_forgets_the_oldest_of_that_user()
    {
        await BeginAsync("other", Hash(200));
        for (byte number = 1; number <= 4; number++)
            await BeginAsync("u1", Hash(number), Now.AddSeconds(number), maxFamilies: 3);

        Assert.Equal(RefreshStatus.Unknown, (await RotateAsync(1, 11)).Status);
        Assert.Equal(RefreshStatus.Rotated, (await RotateAsync(2, 12)).Status);
        Assert.Equal(RefreshStatus.Rotated, (await RotateAsync(4, 14)).Status);
        Assert.Equal(RefreshStatus.Rotated, (await RotateAsync(200, 201)).Status);
    }

    [Fact]
    public async Task DeleteExpired_forgets_what_has_ended_up_to_its_limit()
    {
        for (byte number = 1; number <= 3; number++)
            await BeginAsync("u1", Hash(number));
        await RotateAsync(3, 4, Now.AddDays(1));

        Assert.Equal(0, await Store.DeleteExpiredAsync(Now + Life - TimeSpan.FromSeconds(1), 10, default));
        Assert.Equal(1, await Store.DeleteExpiredAsync(Now + Life, 1, default));
        Assert.Equal(1, await Store.DeleteExpiredAsync(Now + Life, 10, default));
        Assert.Equal(RefreshStatus.Rotated, (await RotateAsync(4, 5, Now + Life)).Status);
    }

    private static byte[] Hash(byte number) => SHA256.HashData([number]);

    private async Task BeginAsync(string userId, byte[] hash, DateTimeOffset? at = null, int maxFamilies = 100)
    {
        await Users.CreateAsync(new User(userId, userId, userId + "@b", "", [], Now, Now), default);
        await Store.CreateAsync(userId, hash, at ?? Now, Now + Life, maxFamilies, default);
    }

    private Task<RefreshRotation> RotateAsync(byte token, byte next, DateTimeOffset? at = null) =>
        Store.RotateAsync(Hash(token), Hash(next), at ?? Now, (at ?? Now) + Life, default);
}
