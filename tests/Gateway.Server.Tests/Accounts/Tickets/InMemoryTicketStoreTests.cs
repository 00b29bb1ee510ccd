using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Accounts.Tickets;

public sealed class InMemoryTicketStoreTests : TicketStoreContract
{
    private readonly ManualTime _time = new();
    private readonly InMemoryTicketStore _store;

    public InMemoryTicketStoreTests() => _store = new InMemoryTicketStore(Options.Create(new AccountsOptions { MaxTickets = 30 }), _time);

    private protected override ITicketStore Store => _store;

    private protected override ValueTask WaitForEndAsync(string hash)
    {
        _time.Advance((long)Short.TotalMilliseconds);
        return default;
    }

    [Fact]
    public async Task Add_beyond_the_limit_is_refused_until_old_ones_have_gone()
    {
        for (var i = 0; i < 30; i++)
            Assert.Equal(TicketStatus.Ok, await _store.AddAsync($"h{i}", default, Short, Stop));
        Assert.Equal(TicketStatus.Full, await _store.AddAsync("more", default, Short, Stop));
        await WaitForEndAsync("h0");
        Assert.Equal(TicketStatus.Ok, await _store.AddAsync("more", default, Short, Stop));
    }
}
