using Gateway.Server.Accounts.Tickets;

namespace Gateway.Server.Tests.Accounts.Tickets;

/// <summary>What every <see cref="ITicketStore"/> promises.</summary>
public abstract class TicketStoreContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private protected abstract ITicketStore Store { get; }

    private protected static TimeSpan Short => TimeSpan.FromMilliseconds(100);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Returns when a ticket of <see cref="Short"/> life is too old.</summary>
    private protected abstract ValueTask WaitForEndAsync(string hash);

    [Fact]
    public async Task Take_gives_the_content_once()
    {
        byte[] content = [0, 255, 13, 10, 7];
        Assert.Equal(TicketStatus.Ok, await Store.AddAsync("h1", content, Long, Stop));
        var (status, taken) = await Store.TakeAsync("h1", Stop);
        Assert.Equal(TicketStatus.Ok, status);
        Assert.Equal(content, taken.ToArray());
        Assert.Equal(TicketStatus.Unknown, (await Store.TakeAsync("h1", Stop)).Status);
    }

    [Fact]
    public async Task Take_of_what_was_never_there_is_unknown() => Assert.Equal(TicketStatus.Unknown, (await Store.TakeAsync("none", Stop)).Status);

    [Fact]
    public async Task Take_by_many_at_once_succeeds_for_one()
    {
        for (var round = 0; round < 20; round++)
        {
            var hash = $"many{round}";
            await Store.AddAsync(hash, new byte[] { 1 }, Long, Stop);
            var takes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => (await Store.TakeAsync(hash, Stop)).Status)));
            Assert.Single(takes, static status => status == TicketStatus.Ok);
        }
    }

    [Fact]
    public async Task Take_of_one_too_old_is_unknown()
    {
        await Store.AddAsync("old", new byte[] { 1 }, Short, Stop);
        await Store.AddAsync("young", new byte[] { 1 }, Long, Stop);
        await WaitForEndAsync("old");
        Assert.Equal(TicketStatus.Unknown, (await Store.TakeAsync("old", Stop)).Status);
        Assert.Equal(TicketStatus.Ok, (await Store.TakeAsync("young", Stop)).Status);
    }
}
