using Gateway.Server.Cluster;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Cluster.Tests.Leases;

public sealed class InMemoryLeasesTests : LeasesContract
{
    private readonly ManualTime _time = new();

    private protected override ValueTask<ILeases> CreateAsync() => new(new InMemoryLeases(_time));

    private protected override ValueTask WaitForEndAsync(ILeases leases, int shard)
    {
        _time.Advance((long)Short.TotalMilliseconds);
        return default;
    }

    [Fact]
    public async Task Lease_untilItsLastMillisecond_isInForce()
    {
        var leases = await CreateAsync();
        await leases.AcquireAsync(7, "a/1", TimeSpan.FromSeconds(3), Stop);

        _time.Advance(2999);
        Assert.Equal(TimeSpan.FromMilliseconds(1), (await leases.AcquireAsync(7, "b/1", TimeSpan.FromSeconds(3), Stop)).Remaining);
        _time.Advance(1);
        Assert.Equal(LeaseStatus.Granted, (await leases.AcquireAsync(7, "b/1", TimeSpan.FromSeconds(3), Stop)).Status);
    }
}
