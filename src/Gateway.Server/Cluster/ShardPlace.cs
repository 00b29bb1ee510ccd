namespace Gateway.Server.Cluster;

/// <summary>Where a shard is.</summary>
/// <param name="Owner">The node that owns it, as far as this one has heard; null when nobody does: a publish waits, or is to be tried again.</param>
/// <param name="Epoch">The owner's; 0 without one.</param>
/// <param name="Own">The lease, when this node is the owner; ask <see cref="ShardLease.IsInForce"/> before acting on it.</param>
/// <param name="Intended">The node that the ring gives it to; null when the cluster has none.</param>
/// <param name="StandIns">The next two on the ring, nearest first, which follow it in memory.</param>
internal sealed record ShardPlace(NodeId? Owner, long Epoch, ShardLease? Own, NodeId? Intended, IReadOnlyList<NodeId> StandIns);
