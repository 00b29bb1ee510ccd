namespace Gateway.Server.Cluster;

/// <summary>What a node says of itself to all others, regularly and when it changes.</summary>
/// <param name="Node">Who.</param>
/// <param name="Sequence">Grows with each beat of this life: a later one replaces an earlier one, in whatever order they come.</param>
/// <param name="State">Where in its life.</param>
/// <param name="RingFingerprint">Of the ring it goes by.</param>
/// <param name="Refuses">The incarnation of a node with the same name that must not join; 0 for none.</param>
/// <param name="Shards">All that it owns at this moment.</param>
/// <param name="PublicUrl">Where clients reach it, if they may be sent there at this moment; null when not, and of a node of a version that does not say.</param>
internal sealed record Beat(NodeId Node, long Sequence, MemberState State, ulong RingFingerprint, long Refuses, IReadOnlyList<ShardEpoch> Shards, string? PublicUrl = null);
