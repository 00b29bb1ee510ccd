namespace Gateway.Server.Cluster;

/// <summary>A node as this one sees it.</summary>
/// <param name="Id">Who.</param>
/// <param name="State">What it said last.</param>
/// <param name="Health">What its silence says.</param>
/// <param name="ShardCount">How many shards it owned then.</param>
/// <param name="IsInRing">Whether shards are given to it.</param>
/// <param name="PublicUrl">Where it lets clients be sent; null for nowhere.</param>
internal sealed record MemberView(NodeId Id, MemberState State, MemberHealth Health, int ShardCount, bool IsInRing, string? PublicUrl = null);
