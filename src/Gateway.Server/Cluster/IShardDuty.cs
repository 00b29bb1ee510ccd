namespace Gateway.Server.Cluster;

/// <summary>Something that one node of the cluster does for all: the one that owns a certain shard. Called on the cluster's loop; must not block.</summary>
internal interface IShardDuty
{
    /// <summary>The shard that it goes with.</summary>
    int Shard { get; }

    /// <summary>This node does it from now on, as long as the lease is in force.</summary>
    void Begin(ShardLease lease);

    /// <summary>Another node is to do it: stops, and completes when nothing of it is under way any more or its time is up.</summary>
    Task EndAsync(TimeSpan limit);

    /// <summary>It is over at once.</summary>
    void Drop();
}
