using Gateway.Server.Accounts;

namespace Gateway.Server.Tests.Accounts;

/// <summary>What every <see cref="IUserStore"/> promises.</summary>
public abstract class UserStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private protected abstract IUserStore Store { get; }

    [Fact]
    public async Task Find_returns_what_was_created()
    {
        var user = User("1", "Ann", "Ann@Example.org") with { Roles = ["admin", "service"] };
        Assert.Equal(CreateUserStatus.Created, await Store.CreateAsync(user, default));

        foreach (var found in new[] { await Store.FindAsync("1", default), await Store.FindByLoginAsync("aNN", default), await Store.FindByLoginAsync("ann@EXAMPLE.org", default) })
        {
            Assert.NotNull(found);
            Assert.Equal(user with { Roles = found.Roles }, found);
            Assert.Equal(user.Roles, found.Roles);
        }
    }

    [Fact]
    public async Task Find_of_nobody_is_null()
    {
        Assert.Null(await Store.FindAsync("1", default));
        Assert.Null(await Store.FindByLoginAsync("ann", default));
        Assert.Null(await Store.FindByLoginAsync("' OR 1=1 --", default));
    }

    [Theory]
    [InlineData("ANN", "other@example.org", "UsernameTaken")]
    [InlineData("other", "ANN@example.ORG", "EmailTaken")]
    [InlineData("ann", "ann@example.org", "UsernameTaken")]
    public async Task Create_of_a_name_or_address_that_is_there_in_any_case_is_refused(string username, string email, string expected)
    {
        await Store.CreateAsync(User("1", "ann", "ann@example.org"), default);
        Assert.Equal(expected, (await Store.CreateAsync(User("2", username, email), default)).ToString());
        Assert.Null(await Store.FindAsync("2", default));
    }

    [Fact]
    public async Task Create_of_one_name_by_many_at_once_succeeds_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            number => Task.Run(() => Store.CreateAsync(User(number.ToString(), "ann", $"{number}@example.org"), default))));
        Assert.Single(outcomes, CreateUserStatus.Created);
        Assert.Equal(19, outcomes.Count(static outcome => outcome is CreateUserStatus.UsernameTaken));
    }

    [Fact]
    public async Task ReplacePasswordHash_needs_the_hash_that_was_seen()
    {
        await Store.CreateAsync(User("1", "ann", "a@b"), default);
        Assert.False(await Store.ReplacePasswordHashAsync("1", "another", "new", Now, default));
        Assert.True(await Store.ReplacePasswordHashAsync("1", "hash", "new", Now.AddDays(1), default));

        var user = await Store.FindAsync("1", default);
        Assert.Equal(("new", Now.AddDays(1), Now), (user!.PasswordHash, user.UpdatedAt, user.CreatedAt));
    }

    private static User User(string id, string username, string email) => new(id, username, email, "hash", [], Now, Now);
}
