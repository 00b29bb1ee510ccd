using Gateway.Server.Cluster;

namespace Gateway.Cluster.Tests.Leases;

/// <summary>
/// What every implementation of <see cref="ILeases"/> promises. Derive it, give a store of its own to each test, and say how to wait for a lease's end.
/// </summary>
public abstract class LeasesContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private const string A = "node-a/1";
    private const string B = "node-b/1";

    /// <summary>Long enough for a test to see it in force, short enough to wait for its end.</summary>
    private protected virtual TimeSpan Short => TimeSpan.FromMilliseconds(500);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A store where no shard has ever been held.</summary>
    private protected abstract ValueTask<ILeases> CreateAsync();

    /// <summary>Returns when a lease of <see cref="Short"/> that was just granted has run out by the store's clock: moves the clock, or reads until it is free.</summary>
    private protected abstract ValueTask WaitForEndAsync(ILeases leases, int shard);

    [Fact]
    public async Task Acquire_freeShard_isGrantedAndShownAsHeld()
    {
        var leases = await CreateAsync();

        var before = await leases.ReadAsync(7, Stop);
        var granted = await leases.AcquireAsync(7, A, Long, Stop);
        var held = await leases.ReadAsync(7, Stop);

        Assert.Equal(LeaseAnswer.Free(0), before);
        Assert.Equal((LeaseStatus.Granted, A), (granted.Status, granted.Holder));
        Assert.True(granted.Epoch > 0);
        Assert.Equal((LeaseStatus.Held, A, granted.Epoch), (held.Status, held.Holder, held.Epoch));
        Assert.InRange(held.Remaining, TimeSpan.FromMilliseconds(1), Long);
    }

    [Fact]
    public async Task Acquire_heldByAnother_isRefusedWithHolderAndRemainingTime()
    {
        var leases = await CreateAsync();
        var granted = await leases.AcquireAsync(7, A, Long, Stop);

        var refused = await leases.AcquireAsync(7, B, Long, Stop);

        Assert.Equal((LeaseStatus.Held, A, granted.Epoch), (refused.Status, refused.Holder, refused.Epoch));
        Assert.InRange(refused.Remaining, TimeSpan.FromMilliseconds(1), Long);
        Assert.Equal(A, (await leases.ReadAsync(7, Stop)).Holder);
    }

    [Fact]
    public async Task Acquire_anotherIncarnationOfTheName_isAnotherHolder()
    {
        var leases = await CreateAsync();
        await leases.AcquireAsync(7, "node-a/1", Long, Stop);

        Assert.Equal(LeaseStatus.Held, (await leases.AcquireAsync(7, "node-a/2", Long, Stop)).Status);
    }

    [Fact]
    public async Task Acquire_bySameHolder_isGrantedWithALargerEpochAndTheOldOneIsLost()
    {
        var leases = await CreateAsync();
        var first = await leases.AcquireAsync(7, A, Long, Stop);

        var second = await leases.AcquireAsync(7, A, Long, Stop);

        Assert.Equal(LeaseStatus.Granted, second.Status);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal([LeaseStatus.Lost, LeaseStatus.Granted], await leases.RenewAsync(A, [new(7, first.Epoch), new(7, second.Epoch)], Long, Stop));
    }

    [Fact]
    public async Task Acquire_afterRelease_isGrantedWithALargerEpoch()
    {
        var leases = await CreateAsync();
        var first = await leases.AcquireAsync(7, A, Long, Stop);

        Assert.Equal(LeaseStatus.Free, await leases.ReleaseAsync(A, new(7, first.Epoch), Stop));
        Assert.Equal(LeaseAnswer.Free(first.Epoch), await leases.ReadAsync(7, Stop));
        var second = await leases.AcquireAsync(7, B, Long, Stop);

        Assert.Equal(LeaseStatus.Granted, second.Status);
        Assert.True(second.Epoch > first.Epoch);
    }

    [Fact]
    public async Task Acquire_afterTheLeaseRanOut_isGrantedWithALargerEpoch()
    {
        var leases = await CreateAsync();
        var first = await leases.AcquireAsync(7, A, Short, Stop);
        await WaitForEndAsync(leases, 7);

        Assert.Equal(LeaseAnswer.Free(first.Epoch), await leases.ReadAsync(7, Stop));
        var second = await leases.AcquireAsync(7, B, Long, Stop);

        Assert.Equal(LeaseStatus.Granted, second.Status);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal([LeaseStatus.Lost], await leases.RenewAsync(A, [new(7, first.Epoch)], Long, Stop));
        Assert.Equal(LeaseStatus.Lost, await leases.ReleaseAsync(A, new(7, first.Epoch), Stop));
        Assert.Equal((B, second.Epoch), ((await leases.ReadAsync(7, Stop)).Holder, (await leases.ReadAsync(7, Stop)).Epoch));
    }

    [Fact]
    public async Task Acquire_manyTimes_epochsOnlyGrow()
    {
        var leases = await CreateAsync();
        var last = 0L;
        for (var i = 0; i < 50; i++)
        {
            var granted = await leases.AcquireAsync(7, i % 2 == 0 ? A : B, Long, Stop);
            Assert.True(granted.Epoch > last);
            last = granted.Epoch;
            Assert.Equal(LeaseStatus.Free, await leases.ReleaseAsync(granted.Holder!, new(7, last), Stop));
        }
    }

    [Fact]
    public async Task Acquire_byManyAtOnce_isGrantedToOne()
    {
        var leases = await CreateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await leases.AcquireAsync(7, $"node/{i}", Long, Stop), Stop)));

        Assert.Single(answers, answer => answer.Status == LeaseStatus.Granted);
        Assert.Equal(15, answers.Count(answer => answer.Status == LeaseStatus.Held));
        Assert.Single(answers.Select(answer => (answer.Holder, answer.Epoch)).Distinct());
    }

    [Fact]
    public async Task Renew_inForce_prolongsWithTheSameEpoch()
    {
        var leases = await CreateAsync();
        var granted = await leases.AcquireAsync(7, A, Short, Stop);

        Assert.Equal([LeaseStatus.Granted], await leases.RenewAsync(A, [new(7, granted.Epoch)], Long, Stop));

        var held = await leases.ReadAsync(7, Stop);
        Assert.Equal((A, granted.Epoch), (held.Holder, held.Epoch));
        Assert.True(held.Remaining > Short);
    }

    [Fact]
    public async Task Renew_manyShards_tellsOfEachInOrder()
    {
        var leases = await CreateAsync();
        var mine = new List<ShardEpoch>();
        for (var shard = 0; shard < ILeases.ShardCount; shard++)
        {
            var holder = shard % 3 == 0 ? B : A;
            mine.Add(new(shard, (await leases.AcquireAsync(shard, holder, Long, Stop)).Epoch));
        }

        var statuses = await leases.RenewAsync(A, mine, Long, Stop);

        Assert.Equal(mine.Select(lease => lease.Shard % 3 == 0 ? LeaseStatus.Lost : LeaseStatus.Granted), statuses);
        Assert.Empty(await leases.RenewAsync(A, [], Long, Stop));
    }

    [Fact]
    public async Task Renew_afterTheLeaseRanOut_isLostEvenIfNobodyTookIt()
    {
        var leases = await CreateAsync();
        var granted = await leases.AcquireAsync(7, A, Short, Stop);
        await WaitForEndAsync(leases, 7);

        Assert.Equal([LeaseStatus.Lost], await leases.RenewAsync(A, [new(7, granted.Epoch)], Long, Stop));
        Assert.Equal(LeaseStatus.Free, (await leases.ReadAsync(7, Stop)).Status);
    }

    [Fact]
    public async Task Release_ofAnotherLease_changesNothing()
    {
        var leases = await CreateAsync();
        var granted = await leases.AcquireAsync(7, A, Long, Stop);

        Assert.Equal(LeaseStatus.Lost, await leases.ReleaseAsync(B, new(7, granted.Epoch), Stop));
        Assert.Equal(LeaseStatus.Lost, await leases.ReleaseAsync(A, new(7, granted.Epoch + 1), Stop));
        Assert.Equal(LeaseStatus.Lost, await leases.ReleaseAsync(A, new(8, granted.Epoch), Stop));
        Assert.Equal(A, (await leases.ReadAsync(7, Stop)).Holder);

        Assert.Equal(LeaseStatus.Free, await leases.ReleaseAsync(A, new(7, granted.Epoch), Stop));
        Assert.Equal(LeaseStatus.Lost, await leases.ReleaseAsync(A, new(7, granted.Epoch), Stop));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public async Task AnyCall_shardThatThereIsNot_throws(int shard)
    {
        var leases = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await leases.AcquireAsync(shard, A, Long, Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await leases.RenewAsync(A, [new(shard, 1)], Long, Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await leases.ReleaseAsync(A, new(shard, 1), Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await leases.ReadAsync(shard, Stop));
    }

    [Fact]
    public async Task AnyCall_cancelledBefore_throws()
    {
        var leases = await CreateAsync();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await leases.AcquireAsync(7, A, Long, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await leases.RenewAsync(A, [new(7, 1)], Long, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await leases.ReleaseAsync(A, new(7, 1), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await leases.ReadAsync(7, cancelled));
    }
}
