namespace Gateway.Server.Cluster;

/// <summary>Where all shards are, at one moment. Immutable: read from any thread without a lock, through the one reference that holds the newest.</summary>
/// <param name="version">Grows with each change on this node; says nothing to other nodes.</param>
/// <param name="places">By shard.</param>
/// <param name="members">All nodes that are known, this one included, in the order of their names.</param>
internal sealed class ShardMap(long version, ShardPlace[] places, MemberView[] members)
{
    private static readonly ShardPlace Nowhere = new(null, 0, null, null, []);

    /// <summary>Before anything is known.</summary>
    public static ShardMap Empty { get; } = new(0, [.. Enumerable.Repeat(Nowhere, ILeases.ShardCount)], []);

    public long Version { get; } = version;

    public IReadOnlyList<MemberView> Members { get; } = members;

    public ShardPlace this[int shard] => places[shard];
}
