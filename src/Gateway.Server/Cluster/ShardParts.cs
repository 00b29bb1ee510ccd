using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Cluster;

/// <summary>
/// All who are told about shards: the rooms, what one node does for all, and who asks the others. The shard that a duty goes with is given up only when the duty has ended, so that the next node
/// begins after this one has finished.
/// </summary>
/// <param name="rooms">Told of every shard.</param>
/// <param name="duties">Each told of its own.</param>
/// <param name="asking">Told of the nodes.</param>
/// <param name="endLimit">How long a duty may take to end: less than <see cref="ClusterOptions.HandoverTime"/>, of which the rooms need some.</param>
internal sealed class ShardParts(IShardRooms rooms, IReadOnlyList<IShardDuty> duties, NodeAsking asking, TimeSpan endLimit) : IShardRooms, IAsyncDisposable
{
    private Task _ending = Task.CompletedTask;

    public void OnAcquired(ShardLease lease)
    {
        rooms.OnAcquired(lease);
        foreach (var duty in duties)
        {
            if (duty.Shard == lease.Shard)
                duty.Begin(lease);
        }
    }

    public void OnLosing(ShardLease lease)
    {
        List<IShardDuty> own = [.. duties.Where(duty => duty.Shard == lease.Shard)];
        if (own.Count == 0)
            rooms.OnLosing(lease);
        else
            _ending = EndAsync(_ending, own, lease);
    }

    public void OnLost(ShardLease lease)
    {
        foreach (var duty in duties)
        {
            if (duty.Shard == lease.Shard)
                duty.Drop();
        }

        rooms.OnLost(lease);
    }

    public void OnMap(ShardMap map)
    {
        asking.OnMembers(map.Members);
        rooms.OnMap(map);
    }

    public async ValueTask DisposeAsync() => await _ending.ConfigureAwait(false);

    // Late, it is told of a lease that the rooms have lost already, which they pass over.
    private async Task EndAsync(Task before, List<IShardDuty> own, ShardLease lease)
    {
        await before.ConfigureAwait(false);
        await Task.WhenAll(own.Select(duty => duty.EndAsync(endLimit))).ConfigureAwait(false);
        rooms.OnLosing(lease);
    }
}
