namespace Gateway.Server.Cluster;

/// <summary>What a ring says of each shard, with the nodes' present lives. Made once for a ring and shared by all maps until it changes.</summary>
internal sealed class RingPlaces
{
    private readonly NodeId[] _ids;
    private readonly NodeId?[] _intended = new NodeId?[ILeases.ShardCount];
    private readonly NodeId[][] _standIns = new NodeId[ILeases.ShardCount][];

    /// <param name="ring">The ring.</param>
    /// <param name="ids">Of its nodes, in its order.</param>
    public RingPlaces(HashRing ring, NodeId[] ids)
    {
        Ring = ring;
        _ids = ids;
        var byName = ids.ToDictionary(static id => id.Name, StringComparer.Ordinal);
        for (var shard = 0; shard < ILeases.ShardCount; shard++)
        {
            _intended[shard] = ring.OwnerOf(shard) is { } name ? byName[name] : null;
            _standIns[shard] = Array.ConvertAll(ring.StandInsOf(shard), standIn => byName[standIn]);
        }
    }

    public static RingPlaces Empty { get; } = new(HashRing.Empty, []);

    public HashRing Ring { get; }

    public NodeId? Intended(int shard) => _intended[shard];

    public IReadOnlyList<NodeId> StandIns(int shard) => _standIns[shard];

    /// <summary>Whether nothing would be different with these nodes.</summary>
    public bool IsOf(NodeId[] ids) => _ids.AsSpan().SequenceEqual(ids);
}
