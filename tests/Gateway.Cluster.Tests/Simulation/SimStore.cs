using Gateway.Server.Cluster;

namespace Gateway.Cluster.Tests.Simulation;

/// <summary>The way of one node to the store: takes time in both directions, may be cut, and may lose the answer of a call that was carried out.</summary>
internal sealed class SimStore(SimWorld world, SimNode node) : ILeases
{
    public ValueTask<LeaseAnswer> AcquireAsync(int shard, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        Call(() => world.Leases.AcquireAsync(shard, holder, duration, default).AsTask().Result, LeaseAnswer.Unavailable, cancellationToken);

    public ValueTask<LeaseStatus[]> RenewAsync(string holder, IReadOnlyList<ShardEpoch> leases, TimeSpan duration, CancellationToken cancellationToken) =>
        Call(() => world.Leases.RenewAsync(holder, leases, duration, default).AsTask().Result, new LeaseStatus[leases.Count], cancellationToken);

    public ValueTask<LeaseStatus> ReleaseAsync(string holder, ShardEpoch lease, CancellationToken cancellationToken) =>
        Call(() => world.Leases.ReleaseAsync(holder, lease, default).AsTask().Result, LeaseStatus.Unavailable, cancellationToken);

    public ValueTask<LeaseAnswer> ReadAsync(int shard, CancellationToken cancellationToken) =>
        Call(() => world.Leases.ReadAsync(shard, default).AsTask().Result, LeaseAnswer.Unavailable, cancellationToken);

    private ValueTask<T> Call<T>(Func<T> carryOut, T unavailable, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>();
        cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        world.After(world.StoreDelay(), () =>
        {
            if (world.IsStoreAway || node.IsStoreCut)
            {
                world.After(world.StoreDelay(), () => node.Run(() => answer.TrySetResult(unavailable)));
                return;
            }

            var result = carryOut();
            if (!world.Chance(world.StoreFaults))
                world.After(world.StoreDelay() + node.AnswerDelay, () => node.Run(() => answer.TrySetResult(result)));
        });
        return new(answer.Task);
    }
}
