namespace Gateway.Server.Cluster;

/// <summary>What one node has heard of another, or of itself. Belongs to <see cref="Membership"/>.</summary>
internal sealed class Member(NodeId id)
{
    public NodeId Id { get; } = id;

    /// <summary>The last that was heard; null only until the first.</summary>
    public Beat Beat { get; set; } = new(id, 0, MemberState.Joining, 0, 0, []);

    /// <summary>When, as a timestamp.</summary>
    public long HeardAt { get; set; }

    public MemberHealth Health { get; set; }

    public bool IsLive => Health != MemberHealth.Dead;

    /// <summary>Whether shards are given to it.</summary>
    public bool TakesShards => Health == MemberHealth.Heard && Beat.State == MemberState.Alive;
}
