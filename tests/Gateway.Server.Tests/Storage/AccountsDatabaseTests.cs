using Gateway.Server.Accounts;
using Gateway.Server.Operations;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Support;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Storage;

public sealed class AccountsDatabaseTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly TemporaryDatabase _own = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _own.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Database_withoutASharedFile_isTheNodesOwn()
    {
        using var accounts = Open(null);

        Assert.Same(_own.Database, accounts.Database);
    }

    [Fact]
    public async Task Users_ofOneNode_areThoseOfAnotherWithTheSameFile()
    {
        using var first = Open("accounts.db");
        using var second = Open("accounts.db");
        var now = DateTimeOffset.UnixEpoch;
        User New(string id) => new(id, "ann", $"{id}@example.com", "hash", [], now, now);

        Assert.Equal(CreateUserStatus.Created, await new SqliteUserStore(first.Database).CreateAsync(New("1"), Stop));

        Assert.Equal("1", (await new SqliteUserStore(second.Database).FindByLoginAsync("ann", Stop))?.Id);
        Assert.Equal(CreateUserStatus.UsernameTaken, await new SqliteUserStore(second.Database).CreateAsync(New("2"), Stop));
        Assert.Null(await new SqliteUserStore(_own.Database).FindByLoginAsync("ann", Stop));
    }

    /// <summary>As when all nodes of a cluster start at once for the first time.</summary>
    [Fact]
    public async Task NewFile_openedByManyAtOnce_isMadeOnce()
    {
        for (var round = 0; round < 5; round++)
        {
            var name = $"accounts-{round}.db";
            using var together = new Barrier(4);
            var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(Stop);
                    return Open(name);
                },
                Stop,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            foreach (var accounts in opened)
            {
                Assert.Null(await new SqliteUserStore(accounts.Database).FindAsync("nobody", Stop));
                accounts.Dispose();
            }
        }
    }

    [Fact]
    public void File_thatCannotBeMade_isRefusedWithASentence()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => Open("no/such/folder/accounts.db"));

        Assert.Contains("Gateway:Accounts:Database", refusal.Message, StringComparison.Ordinal);
    }

    private AccountsDatabase Open(string? name) => new(
        _own.Database, Options.Create(new AccountsOptions { Database = name is null ? null : Path.Combine(_scratch.Path, name) }), Options.Create(new SqliteOptions()));
}
