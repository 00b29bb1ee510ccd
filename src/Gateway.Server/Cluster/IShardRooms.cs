namespace Gateway.Server.Cluster;

/// <summary>
/// Told which shards this node owns. For each lease, in this order: <see cref="OnAcquired"/>, perhaps <see cref="OnLosing"/>, <see cref="OnLost"/>; one lease of a shard has been lost before
/// the next is acquired.
/// </summary>
/// <remarks>All are called on the cluster's loop, one at a time: they must neither block nor throw, and hand on to the shard's lane.</remarks>
internal interface IShardRooms
{
    /// <summary>From now on this node orders the shard's rooms.</summary>
    void OnAcquired(ShardLease lease);

    /// <summary>The shard goes to another node: take nothing new, finish what is under way, then call <see cref="ShardLease.Finish"/>. After <see cref="ClusterOptions.HandoverTime"/> it is lost in any case.</summary>
    void OnLosing(ShardLease lease);

    /// <summary>The shard is another's or nobody's. Nothing more may be done under this lease; what is still under way is refused by its epoch.</summary>
    void OnLost(ShardLease lease);

    /// <summary>Somebody's ownership changed, or the ring did. The same as <see cref="ClusterMember.Map"/>, which may be newer already.</summary>
    void OnMap(ShardMap map);
}
