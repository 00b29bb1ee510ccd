using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Accounts.Revocations;

public sealed class InMemoryRevocationsTests : RevocationsContract
{
    private readonly ManualTime _time = new();
    private readonly InMemoryRevocations _store;

    public InMemoryRevocationsTests() =>
        _store = new InMemoryRevocations(Options.Create(new AccountsOptions { MaxRevocations = 3, RevocationLifetime = TimeSpan.FromHours(1) }), _time);

    private protected override IRevocations Store => _store;

    [Fact]
    public async Task Revoke_beyond_the_limit_is_refused_until_old_ones_have_gone()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(RevocationStatus.Ok, await _store.RevokeAsync(Revocation.OfToken($"t{i}"), Stop));
        Assert.Equal(RevocationStatus.Full, await _store.RevokeAsync(Revocation.OfToken("t3"), Stop));
        Assert.Equal(RevocationStatus.Revoked, await _store.CheckAsync(Of("ann", "t0", Noon), Stop));
        _time.Advance(3_600_000);
        Assert.Equal(RevocationStatus.Ok, await _store.CheckAsync(Of("ann", "t0", Noon), Stop));
        Assert.Equal(RevocationStatus.Ok, await _store.RevokeAsync(Revocation.OfToken("t3"), Stop));
    }

    [Fact]
    public async Task A_second_revocation_lasts_as_long_as_the_later_one()
    {
        await _store.RevokeAsync(Revocation.OfUser("ann", Noon), Stop);
        await _store.RevokeAsync(Revocation.OfToken("t"), Stop);
        _time.Advance(1_800_000);
        await _store.RevokeAsync(Revocation.OfToken("t"), Stop);
        _time.Advance(1_800_000);
        Assert.Equal(RevocationStatus.Revoked, await _store.CheckAsync(Of("bob", "t", Noon), Stop));
        Assert.Equal(RevocationStatus.Ok, await _store.CheckAsync(Of("ann", "t9", Noon), Stop));
    }
}
