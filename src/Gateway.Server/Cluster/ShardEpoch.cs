namespace Gateway.Server.Cluster;

/// <summary>A lease as its holder names it.</summary>
internal readonly record struct ShardEpoch(int Shard, long Epoch);
