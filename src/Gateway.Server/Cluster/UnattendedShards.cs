namespace Gateway.Server.Cluster;

/// <summary>For a node whose rooms do not follow the cluster: there is never anything under way, so a shard may go at once.</summary>
internal sealed class UnattendedShards : IShardRooms
{
    public void OnAcquired(ShardLease lease)
    {
    }

    public void OnLosing(ShardLease lease) => lease.Finish();

    public void OnLost(ShardLease lease)
    {
    }

    public void OnMap(ShardMap map)
    {
    }
}
